import { cpus } from "node:os";

import type { Probe } from "../model/probe.ts";

import { cpuCores } from "./cpu-cores.ts";
import type { CpuTimes } from "./cpu-times.ts";
import { busyPercent } from "./cpu-times.ts";
import { fromElsewhere } from "./elsewhere.ts";
import { keysOf, readingsOf, unavailable } from "./readings.ts";

/** Each core by itself on macOS and Windows, through Node. Left out: when for one of the cores no time passed. */
export const cpuCoresElsewhere: Probe = {
  id: "cpu_per_core",
  metrics: fromElsewhere(cpuCores.metrics),
  open(host) {
    let last = readCores();
    if (last.length === 0) {
      return Promise.resolve(unavailable(keysOf(cpuCores.metrics), `${host.platform} does not tell its cores`));
    }
    return Promise.resolve({
      sample() {
        const now = readCores();
        const percents = now.map((times, core) => busyPercent(last[core] ?? times, times));
        if (now.length !== last.length || percents.includes(undefined)) return [];
        last = now;
        return readingsOf({ cpu_per_core: percents.filter((percent) => percent !== undefined) });
      },
      close: () => undefined,
    });
  },
};

/** In the order of /proc/stat: user, nice, system, idle, iowait, irq. */
function readCores(): CpuTimes[] {
  return cpus().map(({ times }) => [times.user, times.nice, times.sys, times.idle, 0, times.irq]);
}
