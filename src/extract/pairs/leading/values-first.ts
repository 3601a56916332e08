import type { Token } from "../../tokens/tokens.ts";
import { multipleOf, parseNumber, unitKind } from "../../tokens/numbers.ts";
import { add, put, type Scan } from "../pair-scan.ts";
import { isWhole } from "../surroundings.ts";
import type { Lead } from "./form.ts";

/** One number of such a list with its name. */
interface Named {
  readonly name: string;
  readonly at: number;
}

/** `  12 95.5 ms run, 0.25 loss, 0.0001 LR, 12.25 GB used`: a step and a list of numbers, each with its name behind it. */
export function readValuesFirst({ first, second }: Lead, scan: Scan): number {
  const { tokens, names } = scan;
  if (!isWhole(first) || second?.kind !== "number" || second.gap === "none") return 0;
  const cells = cellsOf(tokens);
  if (!cells.some(({ name }) => names.kindOf(name) === "metric")) return 0;
  put(scan, "iteration", first.number, 0);
  for (const { name, at } of cells) {
    const { number = "", unit = "" } = tokens[at] ?? {};
    const multiple = multipleOf(unit) ?? 1;
    add(scan, name, (parseNumber(number) ?? Number.NaN) * multiple, at, { weak: false, multiple });
  }
  return tokens.length;
}

/** The numbers behind the first token of a line that is such a list, but for times and sizes; none for any other line. */
function cellsOf(tokens: readonly Token[]): readonly Named[] {
  const cells: Named[] = [];
  let at = 1;
  for (let count = 1; ; count += 1) {
    let end = at + 1;
    while (tokens[end]?.kind === "word") end += 1;
    if (tokens[at]?.kind !== "number" || end === at + 1 || end > at + 4) return [];
    const words = tokens.slice(at + 1, end).map(({ text }) => text);
    const unit = tokens[at]?.unit || (words.length > 1 ? (words[0] ?? "") : "");
    if (!/^(?:time|size)$/.test(unitKind(unit))) cells.push({ name: words.join("_"), at });
    if (tokens[end] === undefined) return count > 2 ? cells : [];
    if (tokens[end]?.text !== ",") return [];
    at = end + 1;
  }
}
