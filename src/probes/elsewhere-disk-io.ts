import type { Systeminformation } from "systeminformation";

import type { Probe } from "../model/probe.ts";

import { createCounterSum } from "./counter-sum.ts";
import { diskIo } from "./disk-io.ts";
import { fromElsewhere, knownPair } from "./elsewhere.ts";
import { createRates } from "./rates.ts";
import { keysOf, readingsOf, unavailable } from "./readings.ts";

const METRICS = fromElsewhere(diskIo.metrics);

/** What the disks moved on macOS, through systeminformation. Unavailable: on Windows, where it answers with nothing. */
export const diskIoElsewhere: Probe = {
  id: "disk_io",
  metrics: METRICS,
  async open(host) {
    const { fsStats } = await import("systeminformation");
    const first = bytesMoved(await fsStats());
    if (first === undefined) {
      return unavailable(keysOf(METRICS), `${host.platform} does not tell what its disks moved`);
    }
    const sum = createCounterSum();
    const rates = createRates(host.now(), sum.add(new Map([["all", first]])));
    return {
      async sample() {
        const moved = bytesMoved(await fsStats());
        if (moved === undefined) return [];
        const totals = sum.add(new Map([["all", moved]]));
        const [readRate, writeRate] = rates.since(host.now(), totals);
        const [read, written] = totals;
        return readingsOf({
          disk_read_bytes: read,
          disk_write_bytes: written,
          disk_read_bytes_per_second: readRate,
          disk_write_bytes_per_second: writeRate,
        });
      },
      close: () => undefined,
    };
  },
};

/** Bytes read and written; nothing where they are systeminformation's default or it has no answer at all. Pure. */
export function bytesMoved(
  stats: Pick<Systeminformation.FsStatsData, "rx" | "wx"> | null,
): readonly [read: number, written: number] | undefined {
  return knownPair(stats?.rx, stats?.wx);
}
