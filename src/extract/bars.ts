import type { Extracted } from "../model/extract.ts";
import type { NameBook } from "./name-book.ts";
import { BAR_COUNTER } from "./step-names.ts";

/** A progress bar taken out of its line. */
export interface Bar {
  /** Description and postfix: what may hold metrics. */
  readonly text: string;
  /** Where the bar stands. */
  readonly position: Extracted;
}

// tqdm: `Epoch 0:  16%|██▏  | 4/25 [00:22<01:58,  0.18it/s, loss=2.01]`. Sizes (`105M/440M`) are downloads.
const BAR =
  /(\d{1,3})%\|[^|]*\| ?(\d{1,15}(?:\.\d{1,9})?[a-zA-Z]{0,2})\/(\d{1,15}(?:\.\d{1,9})?[a-zA-Z]{0,2}|\?) ?\[([^\]]*)(?:\]|$)/;

/** Finds a tqdm bar; its rate and its clock are left out. `undefined` where there is none or it counts bytes. */
export function barIn(line: string, names: NameBook): Bar | "download" | undefined {
  const match = line.includes("%|") ? BAR.exec(line) : null;
  if (match === null) return undefined;
  const [whole, , done = "", , inside = ""] = match;
  if (!/^\d+$/.test(done)) return "download";
  const description = line.slice(0, match.index).trim().replace(/:$/, "");
  const key = names.rankOf(description) === 0 ? BAR_COUNTER : description;
  const text = [description, postfixOf(inside), line.slice(match.index + whole.length)].join(" | ");
  return { text, position: { key, value: Number(done) } };
}

/** What stands behind the clock and the rate: `00:22<01:58,  0.18it/s, loss=2.01` → `loss=2.01`. */
function postfixOf(inside: string): string {
  return inside
    .split(",")
    .filter((part) => !/^\s*(?:\d+:|\?|[\d.]+\s*\S*\/\S*\s*$)/.test(part))
    .join(",");
}
