import { put, type Scan } from "../pair-scan.ts";
import type { Token } from "../../tokens/tokens.ts";

/** The first tokens of a line. */
export interface Lead {
  readonly first: Token;
  readonly second: Token | undefined;
  readonly third: Token | undefined;
  readonly fourth: Token | undefined;
  readonly fifth: Token | undefined;
}

/** Puts the positions that a line of this form begins with; the answer is the index to go on from, or 0 for another line. */
export type ReadForm = (lead: Lead, scan: Scan) => number;

/** A form whose positions stand at fixed places: by their names, the indices of their tokens. */
export function form(
  places: Readonly<Record<string, number>>,
  end: number,
  fits: (lead: Lead, scan: Scan) => boolean,
): ReadForm {
  const named = Object.entries(places);
  return (lead, scan) => {
    if (!fits(lead, scan)) return 0;
    for (const [name, at] of named) put(scan, name, scan.tokens[at]?.number ?? "", at);
    return end;
  };
}
