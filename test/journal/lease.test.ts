import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { acquireLease, isLeaseHeld, type Lease, OTHER_HOST_BOUND_MS } from "../../src/journal/lease.ts";
import {
  isAlive,
  parseStart,
  processHere,
  type ProcessIdentity,
  thisProcess,
} from "../../src/journal/process-identity.ts";
import { until } from "../support/tracelet.ts";
import { bundled, temporaryFolder } from "./support.ts";

const FREEZER = "/sys/fs/cgroup/freezer";
const NOW = Date.UTC(2026, 10, 22);
const clock = (): number => NOW;
const us = thisProcess();

async function processThatEnded(): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return { host: us.host, pid: child.pid ?? 0 };
}

async function take(path: string, owner: ProcessIdentity): Promise<Lease> {
  const lease = await acquireLease(path, owner, clock);
  if (!lease.held) throw new Error("the lease was held");
  return lease;
}

describe("a lease", () => {
  test("is for one only, and free again after its release", async () => {
    const path = join(temporaryFolder(), "journal.lease");
    const lease = await take(path, us);
    expect(await acquireLease(path, us, clock)).toEqual({ held: false, owner: us });
    expect(await isLeaseHeld(path, us.host, clock)).toBe(true);
    await lease.release();
    expect(await isLeaseHeld(path, us.host, clock)).toBe(false);
    expect(await acquireLease(path, us, clock)).toMatchObject({ held: true });
  });

  test("of a process that is gone is taken over, and leaves nothing else behind", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "journal.lease");
    const lost = await take(path, await processThatEnded());
    expect(await isLeaseHeld(path, us.host, clock)).toBe(false);
    const lease = await take(path, us);
    expect(readdirSync(folder)).toEqual(["journal.lease"]);
    expect(await lost.heartbeat()).toBe(false);
    await lost.release();
    expect(await lease.heartbeat()).toBe(true);
  });

  test.runIf(us.started)("of a process whose number another one has by now is taken over", async () => {
    const path = join(temporaryFolder(), "journal.lease");
    await take(path, { ...us, started: "an earlier boot:17" });
    expect(await acquireLease(path, us, clock)).toMatchObject({ held: true });
  });

  test("of another host is never judged by its process, only by a heartbeat that is too old", async () => {
    const path = join(temporaryFolder(), "journal.lease");
    const elsewhere = { host: "elsewhere", pid: (await processThatEnded()).pid };
    const theirs = await take(path, elsewhere);
    await theirs.heartbeat();
    const later = (ms: number) => () => NOW + ms;
    expect(await acquireLease(path, us, later(OTHER_HOST_BOUND_MS))).toEqual({ held: false, owner: elsewhere });
    expect(await acquireLease(path, us, later(OTHER_HOST_BOUND_MS + 1))).toMatchObject({ held: true });
    expect(await theirs.heartbeat()).toBe(false);
  });

  test.each(["", "{", '{"host":"x"}', "null"])("with the content %j is held until it is old", async (content) => {
    const path = join(temporaryFolder(), "journal.lease");
    writeFileSync(path, content);
    utimesSync(path, NOW / 1000, NOW / 1000);
    expect(await acquireLease(path, us, clock)).toEqual({ held: false, owner: undefined });
    expect(await acquireLease(path, us, () => NOW + OTHER_HOST_BOUND_MS + 1)).toMatchObject({ held: true });
  });

  test("is taken over also when somebody died while taking it over", async () => {
    const path = join(temporaryFolder(), "journal.lease");
    const gone = await processThatEnded();
    await take(path, gone);
    const token = /"token":"(\w+)"/.exec(readFileSync(path, "utf8"))?.[1];
    await take(`${path}.${token}`, gone);
    expect(await acquireLease(path, us, clock)).toMatchObject({ held: true });
    expect(existsSync(`${path}.${token}`)).toBe(false);
  });

  test("of the dead is given to exactly one of several processes that want it", async () => {
    const folder = temporaryFolder();
    const program = bundled("take-leases", folder);
    const racers = await Promise.all([1, 2, 3].map(() => racer(program)));
    const gone = await processThatEnded();
    for (let round = 0; round < 60; round += 1) {
      const path = join(folder, `${round}.lease`);
      // Every other round there is no lease to begin with.
      if (round % 2 === 0) await take(path, gone);
      const answers = Promise.all(racers.map((child) => once(child, "message")));
      for (const child of racers) child.send(path);
      const winners = (await answers).filter(([answer]: { held: boolean }[]) => answer?.held);
      expect(winners, `round ${round}`).toHaveLength(1);
    }
  });
});

describe("a process", () => {
  test("is alive while it runs, and not when it has ended", async () => {
    expect(isAlive(us)).toBe(true);
    expect(isAlive(await processThatEnded())).toBe(false);
  });

  test.runIf(us.started)("is gone as a zombie, also where its start is not known", async () => {
    // Its parent has become a program that never asks how its children ended.
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const [pid] = (await once(parent.stdout, "data")) as [Buffer];
    await until("the zombie", () => !isAlive({ host: us.host, pid: Number(pid) }));
    expect(() => process.kill(Number(pid), 0)).not.toThrow();
  });

  // A group of the freezer holds its processes as a hung driver would: not even SIGKILL ends them there.
  test.runIf(canFreeze())("is gone once it was killed where it cannot be ended", async () => {
    const sleep = spawn("sleep", ["60"], { stdio: "ignore" });
    const group = join(FREEZER, `tracelet-test-${process.pid}`);
    mkdirSync(group);
    onTestFinished(async () => {
      writeFileSync(join(group, "freezer.state"), "THAWED");
      await until("its end", () => sleep.exitCode !== null || sleep.signalCode !== null);
      rmdirSync(group);
    });
    writeFileSync(join(group, "cgroup.procs"), String(sleep.pid));
    writeFileSync(join(group, "freezer.state"), "FROZEN");
    const identity = processHere(sleep.pid ?? 0);
    await until("the frost", () => readFileSync(join(group, "freezer.state"), "utf8").trim() === "FROZEN");
    expect(isAlive(identity)).toBe(true);
    sleep.kill("SIGKILL");
    await until("the pending signal", () => !isAlive(identity));
    expect(readFileSync(`/proc/${sleep.pid}/stat`, "utf8")).toContain("(sleep) D ");
  });

  test.each([
    ["4711 (node) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 172050 20", "172050"],
    ["4711 (a ) S (strange) name) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 99 20", "99"],
    ["4711 (node) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 172050 20", "dead"],
    ["4711 (node) D 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 172050 20 21 22 23 24 25 26 27 256 0 0", "dead"],
    ["4711 (node) D 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 172050 20 21 22 23 24 25 26 27 2 0 0", "172050"],
    ["4711 (node) S 1", undefined],
    ["", undefined],
  ])("started as its stat line %j says", (stat, started) => {
    expect(parseStart(stat)).toBe(started);
  });
});

/** Version 1 of control groups, with the rights to make one. */
function canFreeze(): boolean {
  try {
    accessSync(FREEZER, constants.W_OK);
    return existsSync(join(FREEZER, "tasks"));
  } catch {
    return false; // not mounted here, or not ours
  }
}

async function racer(program: string): Promise<ChildProcess> {
  const child = fork(program);
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  return child;
}
