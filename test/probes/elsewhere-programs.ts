import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { onTestFinished, vi } from "vitest";

import type { Unavailable } from "../../src/model/metric.ts";
import { temporaryFolder } from "../support/tracelet.ts";
import { makeHost } from "./tree.ts";

const SYSTEM = { system: true, gpu: false, disk: true, network: true, perCpu: false };
/** What systeminformation starts a shell and filters with. */
const REAL_PROGRAMS = "/usr/bin:/bin";

interface Outcome {
  readonly readings: Readonly<Record<string, unknown>>;
  readonly unavailable: readonly Unavailable[];
  readonly inventory: Readonly<Record<string, string | number>>;
}

/**
 * What the probes tell when systeminformation believes to be on another system and asks these programs there, by name and
 * the script that stands for them; all others are missing. A file of tests can only do so for one system.
 */
export async function readElsewhere(
  platform: NodeJS.Platform,
  programs: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const folder = join(await temporaryFolder(), "bin");
  await mkdir(folder);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const real = Object.getOwnPropertyDescriptor(process, "platform");
  const restore = () => void Object.defineProperty(process, "platform", real ?? {});
  onTestFinished(restore);
  vi.stubEnv("PATH", Object.keys(programs).length === 0 ? folder : `${folder}:${REAL_PROGRAMS}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  Object.defineProperty(process, "platform", { value: platform });
  try {
    const { openProbes } = await import("../../src/probes/index.ts");
    const { readInventory } = await import("../../src/probes/inventory.ts");
    const { host } = await makeHost();
    const elsewhere = { ...host, platform, now: () => performance.now() };
    const set = await openProbes(elsewhere, SYSTEM, undefined, 20_000);
    const { readings } = await set.sample({ ownPids: [] });
    set.close();
    return {
      readings: Object.fromEntries(readings.map(({ key, value }) => [key, value])),
      unavailable: set.unavailable.map(({ unavailable }) => unavailable),
      inventory: await readInventory(elsewhere),
    };
  } finally {
    restore();
  }
}
