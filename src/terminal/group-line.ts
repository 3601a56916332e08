import type { ReadingValue } from "../model/metric.ts";
import { formatBytes, formatPercent } from "../model/format.ts";

/** One line of a snapshot: a percentage for a bar, words, or both. */
export interface GroupLine {
  readonly label: string;
  readonly percent?: number;
  /** Put together with commas; a narrow terminal breaks between them. */
  readonly parts: readonly string[];
}

/** A snapshot's metrics, asked by key and answered in words; `undefined` for what was not read. */
export class Readings {
  readonly metrics: Readonly<Record<string, ReadingValue>>;

  constructor(metrics: Readonly<Record<string, ReadingValue>>) {
    this.metrics = metrics;
  }

  number(key: string): number | undefined {
    const value = this.metrics[key];
    return typeof value === "number" ? value : undefined;
  }

  /** A number as `tell` says it. */
  told(key: string, tell: (value: number) => string): string | undefined {
    const value = this.number(key);
    return value === undefined ? undefined : tell(value);
  }

  bytes(key: string): string | undefined {
    return this.told(key, formatBytes);
  }

  rate(key: string): string | undefined {
    return this.told(key, (value) => `${formatBytes(value)}/s`);
  }

  percent(key: string): string | undefined {
    return this.told(key, formatPercent);
  }

  /** A line of used, total and free space under `<prefix>_…`. */
  space(label: string, prefix: string, free: string): GroupLine {
    const used = sizes(this.bytes(`${prefix}_used`), this.bytes(`${prefix}_total`));
    return line(label, [used, after(this.bytes(`${prefix}_${free}`), free)], this.number(`${prefix}_percent`));
  }
}

/** Leaves out the parts that are not known. */
export function line(label: string, parts: readonly (string | undefined)[], percent?: number): GroupLine {
  const known = parts.filter((part): part is string => part !== undefined && part !== "");
  return { label, parts: known, ...(percent === undefined ? {} : { percent }) };
}

/** `6 GiB of 16 GiB`, or as much of that as is known. */
export function sizes(used: string | undefined, total: string | undefined): string | undefined {
  if (used === undefined) return before("of", total);
  return total === undefined ? `${used} used` : `${used} of ${total}`;
}

export function before(word: string, value: string | undefined, more = ""): string | undefined {
  return value === undefined ? undefined : `${word} ${value}${more}`;
}

export function after(value: string | undefined, word: string): string | undefined {
  return value === undefined ? undefined : `${value} ${word}`;
}
