import { put, type Scan } from "./pair-scan.ts";
import { isWhole } from "./surroundings.ts";

/** `[5]` and `[2,  2400]` at the start of a line, `300:` before a tab or a fraction, and `i=5`. The answer is the index to go on from. */
export function leadingPosition(scan: Scan): number {
  const [first, second, third, fourth, fifth] = scan.tokens;
  // `[3/25][100/1583]`
  if (first?.kind === "counter" && first.total !== undefined && second?.kind === "counter" && second.gap === "none") {
    put(scan, "epoch", first.number, 0);
    put(scan, "batch", second.number, 1);
    return 2;
  }
  if (first?.kind === "counter" && first.total === undefined && second !== undefined) {
    put(scan, "iteration", first.number, 0);
    return 1;
  }
  if (first?.text === "[" && third?.text === "," && fifth?.text === "]" && isWhole(second) && isWhole(fourth)) {
    put(scan, "epoch", second.number, 1);
    put(scan, "iteration", fourth.number, 3);
    return 5;
  }
  if (
    first?.text.length === 1 &&
    /^[itnk]$/.test(first.text) &&
    second?.kind === "separator" &&
    isWhole(third) &&
    fourth !== undefined
  ) {
    put(scan, "iteration", third.number, 2);
    return 3;
  }
  const isNumbered = isWhole(first) && second?.text === ":" && second.gap === "none";
  const isDecimal = third?.kind === "number" && third.gap !== "none" && third.number.includes(".");
  if (isNumbered && ((third?.gap === "wide" && third.kind === "word") || isDecimal)) {
    put(scan, "iteration", first.number, 0);
    return 2;
  }
  return 0;
}
