import { describe, expect, test } from "vitest";

import { choosePace, paceOf } from "../../src/watch/auto-pace.ts";
import { folderWith, resolveIn } from "../settings/scene.ts";

const GB = 1e9;

describe("--interval auto", () => {
  test.each([
    ["linux", 2, 8, { interval: 30, perCpu: true, processes: false }],
    ["linux", 3.9, 2, { interval: 30, perCpu: false, processes: false }],
    ["linux", 4, 4, { interval: 15, perCpu: true, processes: true }],
    ["linux", 7.9, 4, { interval: 15, perCpu: true, processes: true }],
    ["linux", 8, 4, { interval: 5, perCpu: true, processes: true }],
    ["linux", 512, 256, { interval: 5, perCpu: true, processes: true }],
    ["linux", 64, 1, { interval: 5, perCpu: false, processes: true }],
    ["darwin", 32, 10, { interval: 5, perCpu: false, processes: true }],
    ["win32", 32, 16, { interval: 10, perCpu: true, processes: true }],
    ["win32", 2, 2, { interval: 30, perCpu: false, processes: false }],
    ["freebsd", 32, 16, { interval: 10, perCpu: true, processes: true }],
  ] as const)("on %s with %s GB and %i cores", (platform, memory, cpus, pace) => {
    expect(choosePace({ platform, memory: memory * GB, cpus })).toEqual(pace);
  });

  const SMALL = { platform: "linux", memory: 2 * GB, cpus: 2 } as const;
  const LARGE = { platform: "linux", memory: 64 * GB, cpus: 32 } as const;

  test("takes away what the machine is too small for, and adds nothing that was not asked for", async () => {
    const asked = await settingsWith({ interval: "auto", "per-cpu": true, processes: "3" });
    expect(paceOf(asked, SMALL)).toMatchObject({ interval: 30, selection: { perCpu: false, system: true } });
    expect(paceOf(asked, SMALL).selection).not.toHaveProperty("processes");
    expect(paceOf(asked, LARGE)).toMatchObject({ interval: 5, selection: { perCpu: true, processes: 3 } });
    const plain = await settingsWith({ interval: "auto" });
    expect(paceOf(plain, LARGE).selection).toEqual(expect.objectContaining({ perCpu: false }));
    expect(paceOf(plain, LARGE).selection).not.toHaveProperty("processes");
  });

  test("chooses nothing where an interval is given", async () => {
    const settings = await settingsWith({ interval: "2", "per-cpu": true, processes: "3" });
    const pace = paceOf(settings, SMALL);
    expect(pace).toMatchObject({ interval: 2, selection: { perCpu: true, processes: 3 } });
    expect(pace).not.toHaveProperty("chosen");
  });
});

function settingsWith(flags: Readonly<Record<string, unknown>>) {
  return resolveIn(folderWith(), { flags });
}
