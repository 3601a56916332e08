import type { Reading, Unavailable } from "../model/metric.ts";

import type { GpuCard } from "./gpu-cards.ts";
import type { KeptFile } from "./kept-file.ts";
import { keepOpen } from "./kept-file.ts";
import { isReason, readingsOf, unavailable } from "./readings.ts";
import { listFolder, readSmallFile } from "./small-file.ts";

/** One AMD card, read through sysfs. */
export interface AmdCard {
  readonly unavailable: readonly Unavailable[];
  sample(): Reading[];
  close(): void;
}

/**
 * Opens what amdgpu shows of a card. https://docs.kernel.org/gpu/amdgpu/thermal.html
 *
 *   gpu_busy_percent            43
 *   mem_info_vram_used          8589934592       bytes
 *   mem_info_vram_total         68702699520      bytes
 *   hwmon/hwmon3/temp1_input    51000            thousandths of a degree Celsius; temp1_label says where
 *
 * A card that sleeps is not read: reading would wake it up.
 */
export function openAmdCard(card: GpuCard): AmdCard {
  const key = (quantity: string) => `gpu_${card.index}_${quantity}`;
  const files = {
    busy: keepOpen(`${card.folder}/gpu_busy_percent`, [key("utilization")]),
    used: keepOpen(`${card.folder}/mem_info_vram_used`, [key("memory_used"), key("memory_percent")]),
    total: keepOpen(`${card.folder}/mem_info_vram_total`, [key("memory_total"), key("memory_percent")]),
    temperature: keepTemperature(card.folder, [key("temperature")]),
  };
  const power = keepOpen(`${card.folder}/power/runtime_status`, []);
  const isAsleep = () => !isReason(power) && power.read().trim() === "suspended";
  return {
    unavailable: Object.values(files).filter(isReason),
    sample() {
      if (isAsleep()) return [];
      const used = readCount(files.used);
      const total = readCount(files.total);
      const millidegrees = readCount(files.temperature);
      return readingsOf({
        [key("utilization")]: readCount(files.busy),
        [key("memory_used")]: used,
        [key("memory_total")]: total,
        [key("memory_percent")]: used === undefined || !total ? undefined : (100 * used) / total,
        [key("temperature")]: millidegrees === undefined ? undefined : millidegrees / 1000,
      });
    },
    close() {
      for (const file of [...Object.values(files), power]) if (!isReason(file)) file.close();
    },
  };
}

/** The sensor at the edge of the chip, as NVIDIA's; the first one of a card that has none there. */
function keepTemperature(folder: string, metrics: readonly string[]): KeptFile | Unavailable {
  const sensors: { path: string; label: string | undefined }[] = [];
  for (const monitor of listFolder(`${folder}/hwmon`) ?? []) {
    for (const name of listFolder(`${folder}/hwmon/${monitor}`) ?? []) {
      const [, sensor] = /^(temp\d+)_input$/.exec(name) ?? [];
      const path = `${folder}/hwmon/${monitor}/${name}`;
      if (sensor !== undefined) {
        sensors.push({ path, label: readSmallFile(`${folder}/hwmon/${monitor}/${sensor}_label`) });
      }
    }
  }
  const chosen = sensors.find((sensor) => sensor.label === "edge") ?? sensors[0];
  return chosen === undefined
    ? unavailable(metrics, `${folder}/hwmon has no temperature`)
    : keepOpen(chosen.path, metrics);
}

/** A reading that fails (the card is being reset) is absent this time; the other files of the card still count. */
function readCount(file: KeptFile | Unavailable): number | undefined {
  if (isReason(file)) return undefined;
  try {
    return parseCount(file.read());
  } catch {
    return undefined; // said by its absence; the next reading tries again
  }
}

/** A whole number on a line by itself. Pure. */
export function parseCount(text: string): number | undefined {
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
