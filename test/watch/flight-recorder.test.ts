import { mkdir } from "node:fs/promises";
import { expect, test, vi } from "vitest";

import type { JournalRecord } from "../../src/model/record.ts";
import { FlightRecorder } from "../../src/watch/flight-recorder.ts";
import { makeHost } from "../probes/tree.ts";

const SELECTION = { system: true, gpu: false, disk: true, network: false, perCpu: false };

test.skipIf(process.platform !== "linux")(
  "the room in /dev/shm is kept once a second, and remembered for a while",
  async () => {
    const { host, root } = await makeHost();
    await mkdir(host.shmPath, { recursive: true });
    const records: JournalRecord[] = [];
    let clock = 0;
    const recorder = new FlightRecorder({
      journal: { append: (record) => void records.push(record) },
      host: { ...host, diskPath: root },
      selection: SELECTION,
      workload: { ownPids: [] },
      now: () => 5,
      steady: () => clock,
      hasKept: true,
    });
    recorder.look();
    await vi.waitFor(() => expect(recorder.highest("shm_percent")).toBeGreaterThan(0));
    clock = 9000;
    expect(recorder.highest("shm_percent")).toBeLessThanOrEqual(100);
    clock = 11_000;
    expect(recorder.highest("shm_percent")).toBeUndefined();
    recorder.keep("abnormal end");
    recorder.close();
    expect(records).toMatchObject([
      {
        type: "closeup",
        samples: [{ timestamp: 5, metrics: { shm_percent: expect.any(Number), shm_free: expect.any(Number) } }],
      },
    ]);
  },
);
