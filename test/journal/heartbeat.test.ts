import { rmSync, writeFileSync, readFileSync, statSync, utimesSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeartbeat } from "../../src/journal/heartbeat.ts";
import { acquireLease, type Lease } from "../../src/journal/lease.ts";
import { thisProcess } from "../../src/journal/process-identity.ts";
import { until } from "../support/tracelet.ts";
import { temporaryFolder } from "./support.ts";

test("a lease that is held is kept fresh", async () => {
  const { path, lease } = await taken();
  const heartbeat = startHeartbeat(lease, () => {}, 5);
  utimesSync(path, 0, 0);
  await until("a beat", () => statSync(path).mtimeMs > 0);
  heartbeat.stop();
  expect(await lease.heartbeat()).toBe(true);
  await lease.release();
});

test("a lease that somebody has taken over is told", async () => {
  const { path, lease } = await taken();
  let lost = 0;
  startHeartbeat(lease, () => (lost += 1), 5);
  writeFileSync(path, readFileSync(path, "utf8").replace(/"token":"\w+"/, '"token":"0a"'));
  await until("the loss", () => lost > 0);
  expect(lost).toBe(1);
});

test("a disk that refuses a beat is no reason to stop", async () => {
  const { path, lease } = await taken();
  let beats = 0;
  const counted: Lease = {
    held: true,
    heartbeat: async () => {
      beats += 1;
      return lease.heartbeat();
    },
    release: () => lease.release(),
  };
  let lost = 0;
  const heartbeat = startHeartbeat(counted, () => (lost += 1), 5);
  rmSync(path);
  mkdirSync(path); // reading it fails with EISDIR
  await until("three beats", () => beats >= 3);
  heartbeat.stop();
  expect(lost).toBe(0);
});

async function taken(): Promise<{ path: string; lease: Lease }> {
  const path = join(temporaryFolder(), "journal.lease");
  const lease = await acquireLease(path, thisProcess(), Date.now);
  if (!lease.held) throw new Error("the lease was held");
  return { path, lease };
}
