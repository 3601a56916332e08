import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

import type { Host } from "../../src/model/probe.ts";

const HOSTS = fileURLToPath(new URL("../fixtures/hosts", import.meta.url));

/** A machine of `test/fixtures/hosts`, where no time passes: its readings have no rates, however slow the test is. */
export function fixtureHost(name: string): Host {
  return hostAt(join(HOSTS, name));
}

/** A machine made of these files, for one test; `write` changes one of them. */
export async function makeHost(files: Readonly<Record<string, string>> = {}) {
  const root = await mkdtemp(join(tmpdir(), "tracelet-host-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  const remove = (path: string) => rm(join(root, path), { recursive: true });
  await mkdir(join(root, "proc"));
  await mkdir(join(root, "sys"));
  for (const [path, content] of Object.entries(files)) await write(path, content);
  const clock = { milliseconds: 1_000_000 };
  return { root, write, remove, clock, host: { ...hostAt(root), now: () => clock.milliseconds } };
}

function hostAt(root: string): Host {
  return {
    proc: join(root, "proc"),
    sys: join(root, "sys"),
    platform: "linux",
    now: () => 0,
    diskPath: join(root, "proc"),
    tmpPath: join(root, "tmp"),
    shmPath: join(root, "dev/shm"),
  };
}

/** A line of /proc/<pid>/stat; times are in ticks. */
export function statLine(process: {
  pid: number;
  name?: string;
  state?: string;
  parent?: number;
  session?: number;
  user?: number;
  system?: number;
  reaped?: number;
  faults?: number;
  reapedFaults?: number;
  threads?: number;
  start?: number;
  rss?: number;
}): string {
  const { pid, name = "python", state = "S", parent = 1, session = 1 } = process;
  const { user = 0, system = 0, reaped = 0, start = 100, rss = 10 } = process;
  const { faults = 0, reapedFaults = 0, threads = 1 } = process;
  const before = `${pid} (${name}) ${state} ${parent} ${pid} ${session} 0 -1 4194304 98 0 ${faults} ${reapedFaults}`;
  return `${before} ${user} ${system} ${reaped} 0 20 0 ${threads} 0 ${start} 3133440 ${rss} 18446744073709551615 1 1 0 0\n`;
}

/** Readings as a record. */
export function byKey(readings: readonly { key: string; value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(readings.map(({ key, value }) => [key, value]));
}
