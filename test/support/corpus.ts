import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createExtractor } from "../../src/extract/index.ts";

/** What a log must give and may give; FORMATS of the fields: test/fixtures/corpus/README.md. */
interface Expected {
  readonly must?: readonly Wanted[];
  readonly may?: readonly string[];
  readonly never?: readonly string[];
  readonly may_points?: readonly { readonly name: string; readonly value: number | string }[];
}

interface Wanted {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly value: number | string;
  readonly value_aliases?: readonly (number | string)[];
  readonly step?: number | null;
  readonly step_aliases?: readonly number[];
}

export interface Score {
  readonly wanted: number;
  /** With name, value and step. */
  readonly found: number;
  readonly emitted: number;
  readonly wrong: number;
}

/** Positions and clocks that nobody minds. */
const ALWAYS_MAY =
  "epoch epochs step steps iter iters iteration iterations global_step batch batch_idx epoch_num num_updates total_timesteps training_steps eta eta_* *_eta elapsed elapsed_* remaining remaining_* it_s s_it iter_s progress percent".split(
    " ",
  );

/** Scores every log of a folder. */
export function scoresOf(folder: string): Record<string, Score> {
  const cases = readdirSync(folder)
    .filter((file) => file.endsWith(".log"))
    .toSorted();
  return Object.fromEntries(
    cases.map((file) => {
      const expected = JSON.parse(readFileSync(join(folder, file.replace(/\.log$/, ".expected.json")), "utf8"));
      return [file.slice(0, -4), scoreOf(readFileSync(join(folder, file)), expected)];
    }),
  );
}

interface Emitted {
  readonly name: string;
  readonly value: number;
  readonly step: number;
  used: boolean;
}

function scoreOf(log: Uint8Array, expected: Expected): Score {
  const emitted = emittedBy(log);
  const wanted = (expected.must ?? []).map((entry) => ({
    names: new Set([entry.name, ...(entry.aliases ?? [])].map(plain)),
    values: [entry.value, ...(entry.value_aliases ?? [])].map(Number),
    steps: entry.step === null || entry.step === undefined ? undefined : [entry.step, ...(entry.step_aliases ?? [])],
  }));
  const isWanted = (point: Emitted, { names, values }: (typeof wanted)[number]): boolean =>
    names.has(point.name) && values.some((value) => isSame(value, point.value));
  let found = 0;
  for (const entry of wanted) {
    const match = emitted.find(
      (point) =>
        !point.used && isWanted(point, entry) && (entry.steps?.some((step) => isSame(step, point.step)) ?? true),
    );
    if (match === undefined) continue;
    match.used = true;
    found += 1;
  }
  const may = globs([...(expected.may ?? []), ...ALWAYS_MAY]);
  const never = globs(expected.never ?? []);
  const mayPoints = (expected.may_points ?? []).map(({ name, value }) => ({ name: plain(name), value: Number(value) }));
  const wrong = emitted.filter((point) => {
    if (wanted.some((entry) => isWanted(point, entry))) return false;
    if (never.test(point.name)) return true;
    return (
      !may.test(point.name) && !mayPoints.some(({ name, value }) => name === point.name && isSame(value, point.value))
    );
  });
  return { wanted: wanted.length, found, emitted: emitted.length, wrong: wrong.length };
}

function emittedBy(log: Uint8Array): Emitted[] {
  const extractor = createExtractor();
  return [...extractor.push("stdout", log, 0, 0), ...extractor.end()].flatMap(({ metrics, step }) =>
    Object.entries(metrics).map(([name, value]) => ({ name: plain(name), value, step, used: false })),
  );
}

/** Names are compared in lower case, with one `_` for every run of other characters than letters and digits. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");
}

function globs(patterns: readonly string[]): RegExp {
  const each = patterns.map((pattern) => {
    const text = pattern
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}*?]+/gu, "_");
    return text.replace(/^_|_$/g, "").replaceAll("*", ".*").replaceAll("?", ".");
  });
  return new RegExp(`^(?:${each.join("|")})$`, "u");
}

function isSame(one: number, other: number): boolean {
  return (
    Object.is(one, other) || one === other || Math.abs(one - other) <= 1e-6 * Math.max(Math.abs(one), Math.abs(other))
  );
}
