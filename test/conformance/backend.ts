import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  type Backend,
  type Batch,
  BackendError,
  type MetricRow,
  type RemoteRun,
  type RunTotals,
} from "../../src/model/backend.ts";
import type { RunEnd, RunHeader } from "../../src/model/run.ts";

/** A run as somebody else reads it from where the backend put it. */
export interface SeenRun {
  readonly status: string;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, readonly { value: unknown; step: number; timestamp: number }[]>>;
  readonly artifacts: readonly { path: string; text: string | null }[];
}

export interface BackendUnderTest {
  readonly id: string;
  /** A new session with the same tracker; it knows nothing of earlier ones. */
  readonly create: () => Promise<Backend>;
  /** Reads a run back by other means than the backend's own; absent for one that keeps nothing. */
  readonly see?: (run: RemoteRun) => Promise<SeenRun>;
  /** It has no place for files. */
  readonly keepsNoFiles?: boolean;
  /** It keeps numbers in 32 bits. */
  readonly keepsFloats?: boolean;
}

const NEVER = new AbortController().signal;
const STARTED = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const END: RunEnd = { status: "finished", ended: STARTED + 60_000, exitCode: 0 };
const TOTALS: RunTotals = { alerts: 0, criticalAlerts: 0, monitoring: "enabled", cpuCores: 4 };

/** What every backend promises. Each file in src/backends runs this in its test. */
export function testBackend({ id, create, see, keepsNoFiles = false, keepsFloats = false }: BackendUnderTest): void {
  describe(`the ${id} backend, as every backend`, () => {
    let backend: Backend;
    let folder: string;

    beforeAll(async () => {
      backend = await create();
      folder = await mkdtemp(path.join(tmpdir(), "tracelet-backend-"));
    });
    afterAll(async () => {
      backend.close();
      await rm(folder, { recursive: true });
    });

    it("has its id", () => {
      expect(backend.id).toBe(id);
    });

    it("finds the same remote run again, known or not, in this session and in the next", async () => {
      const header = headerOf("twice");
      const first = await backend.openRun(header, undefined, NEVER);
      const next = await create();
      try {
        expect(await backend.openRun(header, undefined, NEVER)).toEqual(first);
        expect(await backend.openRun(header, first, NEVER)).toEqual(first);
        expect(await next.openRun(header, undefined, NEVER)).toEqual(first);
        expect(await next.openRun(header, first, NEVER)).toEqual(first);
      } finally {
        next.close();
      }
    });

    it("gives different runs of one project different remote runs", async () => {
      const one = await backend.openRun(headerOf("one"), undefined, NEVER);
      const other = await backend.openRun(headerOf("other"), undefined, NEVER);
      expect(one.remoteId).not.toBe(other.remoteId);
    });

    it("takes a run that resumes another for the same one, whichever comes first", async () => {
      const first = headerOf("resumed");
      const second = headerOf("resumes", { resumes: { run: first.id, first: first.id } });
      const third = headerOf("resumes-again", { resumes: { run: second.id, first: first.id } });
      const opened = [];
      for (const header of [second, first, third]) {
        opened.push((await backend.openRun(header, undefined, NEVER)).remoteId);
      }
      expect(new Set(opened).size).toBe(1);
    });

    it("keeps a remote run as plain JSON, without credentials in its address", async () => {
      const remote = await backend.openRun(headerOf("json"), undefined, NEVER);
      expect(JSON.parse(JSON.stringify(remote))).toEqual(remote);
      expect(remote.url ?? "").not.toContain("@");
    });

    it("shows no difference when the same batch comes twice, in this session and in the next", async () => {
      const header = headerOf("batch-twice");
      const remote = await backend.openRun(header, undefined, NEVER);
      const batch: Batch = {
        metrics: [point("loss", 0.5, 1), point("loss", 0.25, 2), point("acc@1", 0.5, 1), point("acc_1", 0.75, 1)],
        system: [
          { index: 0, timestamp: STARTED, metrics: { cpu_percent: 12.345, network_bytes_sent: 5_000_000 } },
          { index: 1, timestamp: STARTED + 1000, metrics: { cpu_percent: 50, network_bytes_sent: 7_500_000 } },
        ],
        params: { lr: "3e-4", "weird (%)": "1" },
        tags: { team: "vision" },
      };
      expect(await backend.write(remote, batch, NEVER)).toMatchObject({ rejected: [] });
      const before = await see?.(remote);
      expect(await backend.write(remote, batch, NEVER)).toMatchObject({ rejected: [] });
      const next = await create();
      try {
        expect(await next.write(remote, batch, NEVER)).toMatchObject({ rejected: [] });
        await next.openRun(header, remote, NEVER);
        expect(await next.write(remote, batch, NEVER)).toMatchObject({ rejected: [] });
      } finally {
        next.close();
      }
      expect(await see?.(remote)).toEqual(before);
      if (before === undefined) return;
      expect(Object.values(before.metrics).flat()).toHaveLength(8);
    });

    it("takes values that are no finite numbers, and steps that are negative or fractional", async () => {
      const remote = await backend.openRun(headerOf("odd-values"), undefined, NEVER);
      const metrics = [
        point("loss", Number.NaN, 1),
        point("loss", Number.POSITIVE_INFINITY, 2),
        point("loss", Number.NEGATIVE_INFINITY, 3),
        point("loss", -0, -4),
        point("loss", 5e-324, 4.75),
        point("loss", 1.5, 1e300),
        point("after", 1, 1),
      ];
      expect(await backend.write(remote, { ...EMPTY, metrics }, NEVER)).toMatchObject({ rejected: [] });
      const seen = await see?.(remote);
      if (seen === undefined) return;
      expect(seen.metrics["loss"]).toHaveLength(6);
      expect(seen.metrics["after"]).toEqual([expect.objectContaining({ value: 1, step: 1 })]);
      expect(seen.metrics["loss"]?.map((entry) => entry.value)).toContain("NaN");
    });

    it("keeps keys apart whatever characters they have", async () => {
      const remote = await backend.openRun(headerOf("odd-keys"), undefined, NEVER);
      const metrics = ODD_KEYS.map((key, index) => point(key, index, 1));
      const params = Object.fromEntries(ODD_KEYS.map((key, index) => [key, `value ${index}`]));
      expect(await backend.write(remote, { ...EMPTY, metrics, params }, NEVER)).toMatchObject({ rejected: [] });
      const seen = await see?.(remote);
      if (seen === undefined) return;
      const values = Object.values(seen.metrics).map((series) => series.map((entry) => entry.value));
      expect(values.flat().sort(byNumber)).toEqual(ODD_KEYS.map((_, index) => index));
      expect(values.every((series) => series.length === 1)).toBe(true);
      expect(Object.values(seen.params).sort()).toEqual(ODD_KEYS.map((_, index) => `value ${index}`).sort());
    });

    it("takes 3,000 points in several batches, and each is there once", async () => {
      let remote = await backend.openRun(headerOf("many"), undefined, NEVER);
      const metrics = Array.from({ length: 3000 }, (_, step) => point("loss", 1 / (step + 1), step));
      const size = Math.min(backend.limits.metrics, 1000);
      for (let start = 0; start < metrics.length; start += size) {
        const batch = { ...EMPTY, metrics: metrics.slice(start, start + size) };
        const { rejected, remote: behind = remote } = await backend.write(remote, batch, NEVER);
        expect(rejected).toEqual([]);
        // What comes behind the run as the first call knew it is written in the place of this batch.
        remote = behind;
      }
      const seen = await see?.(remote);
      if (seen === undefined) return;
      const series = seen.metrics["loss"]?.toSorted((a, b) => a.step - b.step);
      const kept = keepsFloats ? Math.fround : Number;
      expect(series).toEqual(
        metrics.map(({ metrics: { loss }, step, timestamp }) => ({ value: kept(Number(loss)), step, timestamp })),
      );
    });

    it("takes long and foreign params and tags, and says what it had to cut", async () => {
      const remote = await backend.openRun(headerOf("texts"), undefined, NEVER);
      const texts = { empty: "", lines: "a\nb", world: "größe 大きさ 🚀", broken: "half \uD83D", nul: "a\0b" };
      const long = { long: "🚀".repeat(20_000) };
      const batch = { ...EMPTY, params: { ...texts, ...long }, tags: { ...texts, ...long } };
      const { rejected } = await backend.write(remote, batch, NEVER);
      expect(rejected.every(({ what }) => what === "long")).toBe(true);
      const seen = await see?.(remote);
      if (seen === undefined) return;
      for (const kept of [seen.params, seen.tags]) {
        expect(kept).toMatchObject({ empty: "", lines: "a\nb", world: "größe 大きさ 🚀" });
        expect(kept["long"]).toMatch(/^(🚀){500,20000}$/u);
      }
    });

    it.skipIf(keepsNoFiles)("keeps a file's text, an empty file, and the last of two versions", async () => {
      const remote = await backend.openRun(headerOf("files"), undefined, NEVER);
      const file = path.join(folder, "output.log");
      await writeFile(file, "first");
      await backend.uploadArtifact(remote, { path: file, name: "output.log" }, NEVER);
      await writeFile(file, "größe\nlast\n");
      await backend.uploadArtifact(remote, { path: file, name: "output.log" }, NEVER);
      await backend.uploadArtifact(remote, { path: file, name: "some folder/größe 1.txt" }, NEVER);
      await writeFile(file, "");
      await backend.uploadArtifact(remote, { path: file, name: "empty.txt" }, NEVER);
      const seen = await see?.(remote);
      if (seen === undefined) return;
      expect(Object.fromEntries(seen.artifacts.map((artifact) => [artifact.path, artifact.text]))).toEqual({
        "output.log": "größe\nlast\n",
        "some folder/größe 1.txt": "größe\nlast\n",
        "empty.txt": "",
      });
    });

    it("ends a run twice without harm, and still takes points afterwards", async () => {
      const remote = await backend.openRun(headerOf("end"), undefined, NEVER);
      await backend.endRun(remote, END, TOTALS, NEVER);
      const before = await see?.(remote);
      await backend.endRun(remote, END, TOTALS, NEVER);
      // A later session may have read more of the journal; what was said stays.
      await backend.endRun(remote, END, { ...TOTALS, alerts: 7 }, NEVER);
      expect(await see?.(remote)).toEqual(before);
      expect(await backend.write(remote, { ...EMPTY, metrics: [point("late", 1, 1)] }, NEVER)).toMatchObject({
        rejected: [],
      });
    });

    it("takes an empty batch", async () => {
      const remote = await backend.openRun(headerOf("empty"), undefined, NEVER);
      expect(await backend.write(remote, EMPTY, NEVER)).toMatchObject({ rejected: [] });
    });

    it("gives up at once, with a BackendError that may be retried, when its caller has", async () => {
      const remote = await backend.openRun(headerOf("abort"), undefined, NEVER);
      const signal = AbortSignal.abort(new Error("enough"));
      const file = path.join(folder, "abort.txt");
      await writeFile(file, "text");
      const calls = [
        () => backend.openRun(headerOf("abort"), undefined, signal),
        () => backend.write(remote, { ...EMPTY, metrics: [point("loss", 1, 1)] }, signal),
        () => backend.uploadArtifact(remote, { path: file, name: "abort.txt" }, signal),
        () => backend.endRun(remote, END, TOTALS, signal),
      ];
      for (const call of calls) {
        const error = await call().catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(BackendError);
        expect(error).toMatchObject({ retryable: true });
      }
    });
  });
}

export const EMPTY: Batch = { metrics: [], system: [], params: {}, tags: {} };

const ODD_KEYS = [
  "acc@1",
  "acc%1",
  "acc_1",
  "acc_1_2",
  "usage (%)",
  "usage",
  "metrics/mAP50(B)",
  "mAP@[0.5:0.95]",
  "a=b,c#d",
  "/absolute",
  "../up",
  "..",
  "a//b",
  "a/./b",
  "trailing/",
  "größe",
  "gro\u0308ße",
  "損失",
  "🚀",
  "%",
  `${"long".repeat(100)}1`,
  `${"long".repeat(100)}2`,
  "__proto__",
  "constructor",
];

/** A header whose run no other test has, also on a server that is used again. */
export function headerOf(name: string, more: Partial<RunHeader> = {}): RunHeader {
  return {
    id: `20260102-030405-${crypto.randomUUID().slice(0, 8)}-${name}`,
    name: `the run "${name}"`,
    project: "conformance",
    command: ["python", "train.py", "--name", "it's odd"],
    cwd: "/home/user/project",
    host: "node-1",
    started: STARTED,
    tracelet: "0.0.0",
    params: {},
    tags: {},
    interval: 10,
    backends: [],
    ...more,
  };
}

function point(key: string, value: number, step: number): MetricRow {
  return {
    metrics: { [key]: value },
    step,
    timestamp: STARTED + (Number.isInteger(step) && Math.abs(step) < 1e6 ? step : 0),
  };
}

function byNumber(a: unknown, b: unknown): number {
  return Number(a) - Number(b);
}
