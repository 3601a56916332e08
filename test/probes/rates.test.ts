import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isUnavailable } from "../../src/model/probe.ts";
import { createCounterSum } from "../../src/probes/counter-sum.ts";
import { network } from "../../src/probes/network.ts";
import { createRates } from "../../src/probes/rates.ts";
import { byKey, makeHost } from "./tree.ts";

describe("rates", () => {
  test("are over the time since the last reading, the first since opening", () => {
    const rates = createRates(1000, [100, 5]);
    expect(rates.since(3000, [300, 5])).toEqual([100, 0]);
    expect(rates.since(3500, [400, 6])).toEqual([200, 2]);
  });

  test("are left out over a time too short to divide by, which then belongs to the next", () => {
    const rates = createRates(0, [0]);
    expect(rates.since(5, [50])).toEqual([]);
    expect(rates.since(1000, [100])).toEqual([100]);
  });

  test("are never negative and never count a byte twice, whatever resets, leaves and comes back", () => {
    const counters = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(counters, { minLength: 1, maxLength: 20 }), (readings) => {
        const sum = createCounterSum();
        const totals = readings.map((reading) => {
          const devices = Object.entries(reading).map(([name, value]) => [name, [value]] as const);
          return sum.add(new Map(devices));
        });
        const highest = ["a", "b", "c"].reduce((all, name) => all + grownBy(readings, name), 0);
        expect(totals.at(-1)?.[0] ?? 0).toBe(highest);
        const rates = createRates(0, totals[0] ?? []);
        for (const [index, total] of totals.entries()) {
          for (const rate of rates.since(1000 * (index + 1), total)) expect(rate).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test("an interface that was away goes on where it was", async () => {
    const line = (bytes: number) => ` eth0: ${bytes} 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`;
    const { host, write, clock } = await makeHost({ "proc/net/dev": line(5000) });
    const opened = await network.open(host);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    const read = async (text: string) => {
      clock.milliseconds += 1000;
      await write("proc/net/dev", text);
      return byKey(await opened.sample({ ownPids: [] }));
    };
    expect(await read(line(6000))).toMatchObject({
      network_bytes_recv: 6000,
      network_bytes_recv_per_second: 1000,
      network_bytes_sent_per_second: 0,
    });
    expect(await read("")).toEqual({});
    expect(await read(line(7000))).toMatchObject({ network_bytes_recv: 7000, network_bytes_recv_per_second: 500 });
    expect(await read(line(300))).toMatchObject({ network_bytes_recv: 7300, network_bytes_recv_per_second: 300 });
    opened.close();
  });
});

/** What one device moved in all: each fall is a fresh start at 0. */
function grownBy(readings: readonly Record<string, number>[], name: string): number {
  let grown = 0;
  let last = 0;
  for (const { [name]: now } of readings) {
    if (now === undefined) continue;
    grown += now < last ? now : now - last;
    last = now;
  }
  return grown;
}
