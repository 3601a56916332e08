import { expect, test } from "vitest";

import { problemsOf } from "../../src/model/checkup.ts";
import type { OpenProbe, Probe } from "../../src/model/probe.ts";
import { checkProbes } from "../../src/probes/checkup.ts";
import type { Registration } from "../../src/probes/index.ts";
import { PROBES } from "../../src/probes/index.ts";
import type { ScanningProbe } from "../../src/probes/scanning-probe.ts";
import { fixtureHost, makeHost } from "./tree.ts";

const NOBODY = { ownPids: [] };
const wait = async () => undefined;

test("a probe works, gives a part, is unavailable here or fails, each with its reasons", async () => {
  const none = { state: "unavailable", metrics: ["b"], reason: "none here", hint: "buy one" } as const;
  const reading = { key: "a", value: 1 };
  const registry = [
    entry("good", { sample: () => [reading] }),
    entry("half", { sample: () => [reading], unavailable: [none] }),
    entry("absent", none),
    entry("broken", {
      sample: () => {
        throw new Error("EIO");
      },
    }),
    { ...entry("foreign", { sample: () => [reading] }), on: "elsewhere" as const },
  ];
  const checks = await checkProbes(fixtureHost("vm"), registry, { wait, workload: NOBODY });
  expect(checks).toEqual([
    { probe: "good", state: "works", keys: ["a"], unavailable: [] },
    { probe: "half", state: "partly", keys: ["a"], unavailable: [none] },
    { probe: "absent", state: "unavailable", keys: [], unavailable: [none] },
    {
      probe: "broken",
      state: "failed",
      keys: [],
      unavailable: [{ state: "failed", metrics: ["broken"], reason: "could not be read: EIO" }],
    },
  ]);
});

test("what a reading costs is the CPU time of many, after some that do not count", async () => {
  let time = 0;
  let readings = 0;
  const sample = () => {
    readings += 1;
    time += readings > 21 ? 300 : 100_000;
    return [{ key: "a", value: 1 }];
  };
  const options = { wait, workload: NOBODY, cpuTime: () => time };
  const [check] = await checkProbes(fixtureHost("vm"), [entry("good", { sample })], options);
  expect(check?.cpu_microseconds).toBe(300);
});

test("the process table is read anew each time to see what it costs, and by no other probe", async () => {
  const tablesOf = async (id: string) => {
    const tables = new Set<unknown>();
    const probe: ScanningProbe = {
      id,
      metrics: [],
      open: (_, scan) => {
        const sample = () => [{ key: "a", value: tables.add(scan.table()).size }];
        return Promise.resolve({ sample, close: () => undefined });
      },
    };
    const registry: Registration[] = [{ group: "system", on: "linux", probe }];
    await checkProbes(fixtureHost("vm"), registry, { wait, workload: NOBODY, cpuTime: () => 0 });
    return tables.size;
  };
  expect(await tablesOf("process_table")).toBeGreaterThan(20);
  expect(await tablesOf("other")).toBeLessThan(3);
});

test("a machine that shows nothing has problems, and no failures", async () => {
  const { host, root } = await makeHost();
  const nowhere = { ...host, diskPath: `${root}/missing` };
  const probes = await checkProbes(nowhere, PROBES, { wait, workload: NOBODY });
  expect(new Set(probes.map(({ state }) => state))).toEqual(new Set(["unavailable"]));
  expect(problemsOf({ probes, backends: [] })).toEqual(["cpu_percent cannot be read", "memory_percent cannot be read"]);
});

function entry(id: string, opened: Partial<OpenProbe> | Awaited<ReturnType<Probe["open"]>>): Registration {
  const full = "state" in opened ? opened : { sample: () => [], close: () => undefined, ...opened };
  const metrics = [{ key: id, unit: "count", kind: "gauge", description: "A.", source: "a test" }] as const;
  return { group: "always", on: "anywhere", probe: { id, metrics, open: () => Promise.resolve(full) } };
}
