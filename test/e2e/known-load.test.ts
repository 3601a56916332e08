import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { isInstalled } from "../support/installed.ts";
import { pythonEnvironment, isAvailable } from "../support/python-environment.ts";
import {
  type JournalLine,
  journalSoFar,
  runFolders,
  startTracelet,
  temporaryFolder,
  until,
} from "../support/tracelet.ts";
import { type ControlGroups, makeControlGroups } from "./control-groups.ts";
import { program } from "./scene.ts";

const MIB = 2 ** 20;
/** Longer than a sample takes. */
const SETTLED_MS = 500;
const TOLERANCE = 0.03;
const psutilPython = () =>
  pythonEnvironment("psutil-venv", join(import.meta.dirname, "../support/psutil/requirements.txt"));

const canRun = process.platform === "linux" && isInstalled("time") && (await isAvailable("psutil", psutilPython));

describe.skipIf(!canRun)("a process tree of a known load", { timeout: 300_000 }, () => {
  test.for(["1", "0.1"])(
    "at --interval %s is what /usr/bin/time, psutil and the files of its control group say, within 3 percent",
    async (interval, { annotate }) => {
      const cwd = await temporaryFolder();
      const [told, times, enough] = ["told.json", "times.txt", "enough"].map((name) => join(cwd, name)) as [
        string,
        string,
        string,
      ];
      const few = ["--no-track-system", "--no-track-gpu", "--no-track-disk", "--no-track-network"];
      const groups = makeControlGroups();
      if (groups === undefined)
        await annotate("no control groups can be made here: compared with time and psutil only");
      const load = ["time", "-f", "%U %S", "-o", times, await psutilPython(), program("known_load.py"), told, enough];
      const run = startTracelet(["run", "--interval", interval, ...few, "--", ...inside(groups, load)], { cwd });
      const theirs = await until(
        "the load is there",
        async (): Promise<Readonly<Record<string, number>> | undefined> => {
          const text = await readFile(told, "utf8").catch(() => undefined);
          return text === undefined ? undefined : JSON.parse(text);
        },
        60,
      );
      const [folder] = await runFolders(cwd);
      const ours = await until(
        "there is a sample of it",
        async () => workloadIn(await journalSoFar(folder), Number(theirs["at"])),
        // Where the divided memory took long to read, it is some time until it is read again.
        120,
      );
      const counted = groups?.usage();
      await writeFile(enough, "");
      expect((await run.ended).code).toBe(0);
      const [user, system] = (await readFile(times, "utf8")).trim().split(" ").map(Number);

      const distances = {
        // Living, reaped and short-lived ones, each once.
        cpuByTime: distance(ours.cpuSeconds, Number(user) + Number(system)),
        cpuByPsutil: distance(ours.cpuSeconds, theirs["cpu"]),
        rss: distance(ours.last["workload_memory_rss"], theirs["rss"]),
        written: distance(ours.last["workload_write_bytes"], theirs["written"]),
        read: distance(ours.last["workload_read_bytes"], theirs["read"]),
        pss: distance(ours.pss, theirs["pss"]),
        ...(counted !== undefined && {
          cpuByGroup: distance(ours.cpuSeconds, counted.cpuSeconds),
          memoryByGroup: distance(ours.pss - Number(theirs["files"]), counted.memory),
        }),
        ...(counted?.written !== undefined && {
          writtenByGroup: distance(ours.last["workload_disk_write_bytes"], counted.written),
        }),
      };
      const far = Object.entries(distances).filter(([, share]) => !(share <= TOLERANCE));
      expect(far).toEqual([]);
      expect(distance(ours.last["workload_write_bytes"], 64 * MIB)).toBeLessThan(TOLERANCE);
      // /usr/bin/time, the program and the two that hold on.
      expect(ours.last["workload_processes"]).toBe(4);
    },
  );
});

/** The command in these groups, while we are not. */
function inside(groups: ControlGroups | undefined, command: readonly string[]): readonly string[] {
  return groups === undefined ? command : ["sh", "-c", `${groups.enter} exec "$@"`, "sh", ...command];
}

/** Says how far a value is from another, as a share of that. */
function distance(value: number | undefined, expected: unknown): number {
  return value === undefined ? Number.NaN : Math.abs(value - Number(expected)) / Number(expected);
}

interface Workload {
  /** Of all samples together. */
  readonly cpuSeconds: number;
  readonly last: Readonly<Record<string, number>>;
  /** Bytes. */
  readonly pss: number;
}

/**
 * Up to the first sample that has the divided memory and was wholly taken behind this time, in milliseconds; nothing while
 * there is none.
 */
function workloadIn(journal: readonly JournalLine[], from: number): Workload | undefined {
  let cpuSeconds = 0;
  let before = Number(journal.find(({ type }) => type === "launch")?.["timestamp"]);
  for (const { type, timestamp, metrics } of journal) {
    if (type !== "sample") continue;
    const last = metrics as Readonly<Record<string, number>>;
    cpuSeconds += ((last["workload_cpu_percent"] ?? 0) / 100) * ((Number(timestamp) - before) / 1000);
    before = Number(timestamp);
    const pss = last["workload_memory_pss"];
    if (before > from + SETTLED_MS && pss !== undefined) return { cpuSeconds, last, pss };
  }
  return undefined;
}
