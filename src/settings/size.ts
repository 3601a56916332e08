import { mistake } from "./origin.ts";
import type { SettingSpec } from "./table.ts";
import type { Given } from "./values.ts";

const SIZE = /^\+?(\d+\.?\d*|\.\d+) ?(?:([kmgt])(i?b)?|b)?$/i;
const EXPONENTS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/**
 * A size in whole bytes. Units are GNU's, in either case: `MB` is 1000 × 1000 bytes, `MiB` and `M` are 1024 × 1024.
 * https://www.gnu.org/software/coreutils/manual/html_node/Block-size.html
 */
export function readSize({ raw, origin }: Given, spec: SettingSpec): number {
  const bytes = bytesOf(raw);
  const fail = (problem: string) => mistake(origin, raw, problem, spec.example);
  const words = (spec.choices ?? []).map((word) => ` nor '${word}'`).join("");
  if (bytes === undefined) throw fail(`which is neither a size such as ${spec.example}${words}`);
  const { minimum, maximum } = spec;
  if (minimum !== undefined && bytes < minimum) {
    throw fail(`which is less than ${inMegabytes(minimum)}${words === "" ? "" : " and not 'none'"}`);
  }
  if (maximum !== undefined && bytes > maximum) throw fail(`which is more than ${inMegabytes(maximum)}`);
  return bytes;
}

function bytesOf(raw: unknown): number | undefined {
  if (typeof raw === "bigint") return Number(raw);
  if (typeof raw === "number") return Number.isFinite(raw) ? Math.floor(raw) : undefined;
  const parts = typeof raw === "string" ? SIZE.exec(raw.trim()) : null;
  if (parts === null) return undefined;
  const [, number, letter = "", rest = ""] = parts;
  const base = rest.toLowerCase() === "b" ? 1000 : 1024;
  return Math.floor(Number(number) * base ** (EXPONENTS[letter.toLowerCase()] ?? 0));
}

function inMegabytes(bytes: number): string {
  return `${bytes / 1e6}MB`;
}
