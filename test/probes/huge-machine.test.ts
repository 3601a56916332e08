import { expect, test } from "vitest";

import { openProbes } from "../../src/probes/index.ts";
import { byKey, makeHost, statLine } from "./tree.ts";

const CORES = 1024;
const DISKS = 96;
const INTERFACES = 300;
const PROCESSES = 1500;
const EVERYTHING = { system: true, gpu: false, disk: true, network: true, perCpu: true, processes: 5 };

test("a machine with a thousand cores is read whole, in every list and sum", async () => {
  const { host, write, clock } = await makeHost({
    ...topology(),
    ...processes(),
    ...devices(1),
    "proc/stat": stat(1),
    "proc/loadavg": "812.5 700.25 650.75 900/20000 4194303\n",
    "proc/meminfo": "MemTotal: 12884901888 kB\nMemFree: 1 kB\nMemAvailable: 6442450944 kB\n",
    "proc/uptime": "8640000.00 1\n",
  });
  const set = await openProbes(host, EVERYTHING);
  clock.milliseconds += 1000;
  await write("proc/stat", stat(2));
  for (const [path, text] of Object.entries(devices(2))) await write(path, text);
  const { readings, failures, processes: top } = await set.sample({ ownPids: [] });
  set.close();
  expect(failures).toEqual([]);
  const values = byKey(readings);
  expect(values).toMatchObject({
    cpu_count_logical: CORES,
    cpu_count_physical: CORES / 2,
    cpu_percent: 75,
    load_average: [812.5, 700.25, 650.75],
    memory_total: 12 * 1024 ** 4,
    memory_percent: 50,
    disk_read_bytes: 2 * DISKS * 1000 * 512,
    disk_read_bytes_per_second: DISKS * 1000 * 512,
    network_bytes_recv: 2 * INTERFACES * 10_000,
    network_bytes_recv_per_second: INTERFACES * 10_000,
    total_processes: PROCESSES,
    system_uptime_hours: 2400,
  });
  // Each core has its own share: every second one is idle half of the time, the others not at all.
  expect(values["cpu_per_core"]).toEqual(Array.from({ length: CORES }, (_, core) => (core % 2 === 0 ? 100 : 50)));
  expect(top?.map(({ pid }) => pid)).toHaveLength(5);
});

/** Ticks since boot, times `scale`: 200 a core, half of every second one idle. */
function stat(scale: number): string {
  const lines = Array.from({ length: CORES }, (_, core) => {
    const idle = core % 2 === 0 ? 0 : 100 * scale;
    return `cpu${core} ${200 * scale - idle} 0 0 ${idle} 0 0 0 0 0 0`;
  });
  const idle = (CORES / 2) * 100 * scale;
  // The counts of all interrupts are one line.
  const interrupts = `intr ${Array.from({ length: 8000 }, (_, number) => number).join(" ")}`;
  return [`cpu  ${CORES * 200 * scale - idle} 0 0 ${idle} 0 0 0 0 0 0`, ...lines, interrupts, "ctxt 1", ""].join("\n");
}

function topology(): Record<string, string> {
  const files: Record<string, string> = {};
  for (let core = 0; core < CORES; core += 1) {
    const folder = `sys/devices/system/cpu/cpu${core}/topology`;
    files[`${folder}/core_cpus_list`] = `${core % (CORES / 2)},${(core % (CORES / 2)) + CORES / 2}\n`;
    files[`${folder}/thread_siblings_list`] = files[`${folder}/core_cpus_list`] ?? "";
  }
  return files;
}

function devices(scale: number): Record<string, string> {
  const names = Array.from({ length: DISKS }, (_, index) => `nvme${index}n1`);
  const partitions = names.flatMap((name) => [name, ...[1, 2, 3, 4].map((part) => `${name}p${part}`)]);
  const interfaces = Array.from({ length: INTERFACES }, (_, index) => `eth${index}`);
  const counts = (name: string) => `${name}: ${10_000 * scale} 1 0 0 0 0 0 0 ${5000 * scale} 1 0 0 0 0 0 0\n`;
  return {
    ...Object.fromEntries(names.map((name) => [`sys/block/${name}/size`, "1\n"])),
    "proc/diskstats": partitions.map((name) => ` 259 0 ${name} 1 0 ${1000 * scale} 0 1 0 7 0\n`).join(""),
    "proc/net/dev": `Inter-| Receive | Transmit\n face |bytes |bytes\n${interfaces.map(counts).join("")}`,
  };
}

function processes(): Record<string, string> {
  const pids = Array.from({ length: PROCESSES }, (_, index) => index + 1);
  return Object.fromEntries(pids.map((pid) => [`proc/${pid}/stat`, statLine({ pid })]));
}
