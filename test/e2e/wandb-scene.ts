import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fromJournalNumber, type JournalNumber } from "../../src/model/record.ts";
import type { JournalLine } from "../support/tracelet.ts";
import type { Received } from "../support/wandb/server.ts";

/** A point as text, so that NaN is equal to NaN. */
export type Row = `${string} ${number} ${number} ${string}`;

/** The training points of a journal: name, step, milliseconds, value. */
export function pointsInJournal(journal: readonly JournalLine[]): Row[] {
  return journal.flatMap((record) => {
    if (record.type !== "metrics") return [];
    const metrics = record["metrics"] as Record<string, JournalNumber>;
    return Object.entries(metrics).map(([key, value]) =>
      row(key, Number(record["step"]), Number(record["timestamp"]), fromJournalNumber(value)),
    );
  });
}

/** The training points that a server was sent, in the same words. */
export function pointsInHistory({ stream }: Received): Row[] {
  return linesOf(stream["wandb-history.jsonl"]).flatMap((line) => {
    const { _timestamp, _runtime, _step, "tracelet/step": printed = _step, ...values } = line;
    const milliseconds = Math.round(Number(_timestamp) * 1000);
    return Object.entries(values).map(([key, value]) => row(key, Number(printed), milliseconds, Number(value)));
  });
}

/** Lines of W&B's JSON, in which NaN and the infinities are names. */
export function linesOf(lines: readonly string[] = []): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line.replaceAll(/:(NaN|-?Infinity)/g, ':"$1"')));
}

/** The folders of the runs below `cwd/wandb`, oldest first. */
export async function wandbFolders(cwd: string): Promise<string[]> {
  const names = await readdir(join(cwd, "wandb")).catch(() => []);
  return names
    .filter((name) => name.startsWith("offline-run-"))
    .sort()
    .map((name) => join(cwd, "wandb", name));
}

/** What UpsertBucket said last of each variable. */
export function lastUpsert({ questions }: Received): Record<string, unknown> {
  const said = questions.filter(({ operation }) => operation === "UpsertBucket").map(({ variables }) => variables);
  const known = said.map((variables) => Object.entries(variables).filter(([, value]) => value !== null));
  return Object.fromEntries(known.flat());
}

function row(key: string, step: number, milliseconds: number, value: number): Row {
  return `${key} ${step} ${milliseconds} ${String(value)}`;
}
