import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { thisHost } from "../../src/probes/host.ts";
import type { ProbeSet } from "../../src/probes/index.ts";
import { openProbes } from "../../src/probes/index.ts";
import { openPsutil, type PsutilReader } from "../support/psutil/reader.ts";
import { byKey } from "./tree.ts";

const SELECTION = { system: true, gpu: false, disk: true, network: true, perCpu: false };
const SAME = ["cpu_count_logical", "cpu_count_physical", "memory_total", "swap_total", "disk_total"];
const NEAR = [
  "memory_available",
  "memory_used",
  "memory_percent",
  "swap_used",
  "disk_used",
  "disk_free",
  "disk_percent",
  "disk_read_bytes",
  "disk_write_bytes",
  "network_bytes_sent",
  "network_bytes_recv",
  "network_packets_sent",
  "network_packets_recv",
  "system_uptime_hours",
];
/** Points. */
const CPU_TOLERANCE = 3;
const TOLERANCE = 0.03;
const WINDOW = 1500;

/** One core that computes, memory that is really taken, and a file that is written: known loads for two seconds' windows. */
const LOAD = "const held = Buffer.alloc(2 ** 28, 1); for (;;) held[0] ^= 1;";

describe.runIf(process.platform === "linux")("under a known load psutil reads the same:", () => {
  let psutil: PsutilReader;
  let probes: ProbeSet;
  let ours: Record<string, unknown> = {};
  let theirs: Readonly<Record<string, unknown>> = {};
  const load = spawn(process.execPath, ["-e", LOAD], { stdio: "ignore" });
  const file = join(import.meta.dirname, `../../.cache/psutil-load-${process.pid}`);

  beforeAll(async () => {
    psutil = await openPsutil(process.cwd());
    probes = await openProbes(thisHost(process.cwd()), SELECTION);
    await writeSome(file);
  });
  afterAll(async () => {
    load.kill("SIGKILL");
    psutil.close();
    probes.close();
    await rm(file, { force: true });
  });

  /** Both at once, over the same window. */
  async function readBoth(): Promise<void> {
    await Promise.all([probes.sample({ ownPids: [] }), psutil.read()]);
    await wait(WINDOW);
    const [sampled, read] = await Promise.all([probes.sample({ ownPids: [] }), psutil.read()]);
    ours = byKey(sampled.readings);
    theirs = read;
  }

  test("the share of the CPU within 3 points", async () => {
    await vi.waitFor(
      async () => {
        await readBoth();
        expect(Math.abs(Number(ours["cpu_percent"]) - Number(theirs["cpu_percent"]))).toBeLessThanOrEqual(
          CPU_TOLERANCE,
        );
        // The load is one core at least, wherever it gets one.
        expect(Number(ours["cpu_percent"])).toBeGreaterThan(60 / Number(ours["cpu_count_logical"]));
      },
      { timeout: 40_000, interval: 10 },
    );
  });

  test.each(SAME)("%s exactly", (key) => {
    expect(ours[key]).toBe(theirs[key]);
  });

  test("the load averages to the last digit that the kernel gives", async () => {
    await vi.waitFor(
      async () => {
        await readBoth();
        const [one, other] = [ours, theirs].map((read) =>
          (read["load_average"] as number[]).map((load) => load.toFixed(2)),
        );
        expect(one).toEqual(other);
      },
      { timeout: 40_000, interval: 10 },
    );
  });

  test.each(NEAR)("%s within 3 %%", async (key) => {
    await vi.waitFor(
      async () => {
        if (relativeDistance(ours[key], theirs[key]) > TOLERANCE) await readBoth();
        expect(relativeDistance(ours[key], theirs[key])).toBeLessThanOrEqual(TOLERANCE);
      },
      { timeout: 40_000, interval: 10 },
    );
  });
});

function relativeDistance(one: unknown, other: unknown): number {
  if (typeof one !== "number" || typeof other !== "number") return Number.NaN;
  return one === other ? 0 : Math.abs(one - other) / Math.max(Math.abs(one), Math.abs(other));
}

async function writeSome(path: string): Promise<void> {
  const stream = createWriteStream(path);
  await new Promise<void>((resolve, reject) => {
    stream.once("error", reject);
    stream.end(Buffer.alloc(16 * 2 ** 20, 1), () => resolve());
  });
}
