import { existsSync } from "node:fs";
import { basename } from "node:path";

import type { Reading, Unavailable } from "../model/metric.ts";

import type { AmdSensor } from "./amd-sensors.ts";
import { amdSensors } from "./amd-sensors.ts";
import { EnergyOfPower } from "./energy-of-power.ts";
import type { GpuCard } from "./gpu-cards.ts";
import type { GpuDevice } from "./gpu-device.ts";
import type { KeptFile } from "./kept-file.ts";
import { keepOpen } from "./kept-file.ts";
import { isReason, readingsOf, unavailable } from "./readings.ts";
import { readSmallFile } from "./small-file.ts";

interface OpenSensor {
  readonly quantity: string;
  readonly file: KeptFile;
  readonly parse: AmdSensor["parse"];
}

/** What comes of a reading of something else. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  memory_used: ["memory_percent"],
  memory_total: ["memory_percent"],
};

/**
 * Opens what amdgpu shows of a card: amd-sensors.ts has the files. Energy is its counter, or else the power over time. A
 * card that sleeps is not read: reading would wake it up.
 */
export function openAmdCard(card: GpuCard, index: number): GpuDevice {
  const key = (quantity: string) => `gpu_${index}_${quantity}`;
  const { sensors, missing } = openSensors(card, key);
  const power = keepOpen(`${card.folder}/power/runtime_status`, []);
  const isAsleep = () => !isReason(power) && power.read().trim() === "suspended";
  const ofPower = new EnergyOfPower();
  let joules = 0;
  let last: number | undefined;
  /** Joules since the first reading. */
  const energyOf = (counted: number | undefined, watts: number | undefined, now: number): number | undefined => {
    if (counted === undefined) return watts === undefined ? undefined : ofPower.add(watts, now);
    // One that is smaller than before began at 0 again when the card was reset.
    if (last !== undefined) joules += counted < last ? counted : counted - last;
    last = counted;
    return joules;
  };
  return {
    index,
    vendor: "amd",
    ...identityOf(card),
    unavailable: missing,
    sample(now): Reading[] {
      if (isAsleep()) return [];
      const values: Record<string, number | undefined> = {};
      for (const { quantity, file, parse } of sensors) values[quantity] = readNumber(file, parse);
      const { memory_used: used, memory_total: total } = values;
      values["memory_percent"] = used === undefined || !total ? undefined : (100 * used) / total;
      values["energy"] = energyOf(values["energy"], values["power"], now);
      return readingsOf(Object.fromEntries(Object.entries(values).map(([quantity, value]) => [key(quantity), value])));
    },
    close() {
      for (const { file } of sensors) file.close();
      if (!isReason(power)) power.close();
    },
  };
}

function openSensors(
  card: GpuCard,
  key: (quantity: string) => string,
): { sensors: OpenSensor[]; missing: Unavailable[] } {
  const sensors: OpenSensor[] = [];
  const absent: AmdSensor[] = [];
  const refused: Unavailable[] = [];
  for (const sensor of amdSensors(card.folder)) {
    const path = sensor.paths.find(existsSync);
    const metrics = [sensor.quantity, ...(DERIVED[sensor.quantity] ?? [])].map(key);
    const file = path === undefined ? undefined : keepOpen(path, metrics);
    if (file === undefined) absent.push(sensor);
    else if (isReason(file)) refused.push(file);
    else sensors.push({ ...sensor, file });
  }
  const isPowerThere = sensors.some(({ quantity }) => quantity === "power");
  const untold = absent.filter(({ quantity }) => quantity !== "energy" || !isPowerThere);
  if (untold.length === 0) return { sensors, missing: refused };
  const quantities = untold.map(({ quantity }) => quantity);
  const metrics = [...quantities, ...quantities.flatMap((quantity) => DERIVED[quantity] ?? [])];
  const reason = `${card.folder} shows no ${quantities.join(", ")}`;
  return { sensors, missing: [unavailable([...new Set(metrics)].map(key), reason), ...refused] };
}

function identityOf({ name, folder }: GpuCard): Pick<GpuDevice, "name" | "uuid" | "pciAddress"> {
  const id = readSmallFile(`${folder}/unique_id`);
  const address = /^PCI_SLOT_NAME=(.+)$/m.exec(readSmallFile(`${folder}/uevent`) ?? "")?.[1] ?? basename(folder);
  return {
    ...(name === undefined ? {} : { name }),
    ...(id === undefined || !/^(0x)?[0-9a-f]+$/i.test(id)
      ? {}
      : { uuid: `GPU-${id.replace(/^0x/i, "").toLowerCase()}` }),
    ...(/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/i.test(address) ? { pciAddress: address.toLowerCase() } : {}),
  };
}

/** A reading that fails (the card is being reset) is absent this time; the other files of the card still count. */
function readNumber(file: KeptFile, parse: AmdSensor["parse"]): number | undefined {
  try {
    return parse(file.read());
  } catch {
    return undefined; // said by its absence; the next reading tries again
  }
}
