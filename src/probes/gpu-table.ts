import type { GpuReading } from "../model/snapshot.ts";

import type { GpuIdentity } from "./gpu-identity.ts";

type Quantities = Record<string, number | string>;

interface Row {
  readonly quantities: Quantities;
  readonly parts: Map<number, Quantities>;
}

/** The GPUs of a snapshot, each with what was read of it and of its MIG devices. */
export class GpuTable {
  readonly #rows = new Map<number, Row>();

  /** One that does not tell its name, and of which nothing was read, is listed all the same. */
  constructor(gpus: readonly GpuIdentity[]) {
    for (const { index, migIndex, name, uuid } of gpus) {
      const quantities = this.quantitiesOf(index, migIndex);
      if (name !== undefined) quantities["name"] = name;
      if (uuid !== undefined) quantities["uuid"] = uuid;
    }
  }

  /** To be written to. @param part number of the MIG device */
  quantitiesOf(index: number, part: number | undefined): Quantities {
    const row = this.#rows.get(index) ?? { quantities: {}, parts: new Map<number, Quantities>() };
    this.#rows.set(index, row);
    if (part === undefined) return row.quantities;
    const quantities = row.parts.get(part) ?? {};
    row.parts.set(part, quantities);
    return quantities;
  }

  get readings(): GpuReading[] {
    return byNumber(this.#rows).map(([index, { quantities, parts }]) => ({
      index,
      ...quantities,
      ...(parts.size === 0 ? {} : { mig: byNumber(parts).map(([part, values]) => ({ index: part, ...values })) }),
    }));
  }
}

function byNumber<Value>(entries: ReadonlyMap<number, Value>): [number, Value][] {
  return [...entries].sort(([one], [other]) => one - other);
}
