import type { ChalkInstance } from "chalk";
import { padded, textWidth } from "./width.ts";

/** Names and values below each other, the values in one column. Entries without a value are left out. */
export function factList(facts: readonly (readonly [string, string | undefined])[], style: ChalkInstance): string[] {
  const told = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
  const column = Math.max(0, ...told.map(([name]) => textWidth(name)));
  return told.map(([name, value]) => `  ${style.dim(padded(name, column))}  ${value}`);
}
