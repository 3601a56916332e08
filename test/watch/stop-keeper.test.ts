import { spawn } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { StopKeeper } from "../../src/watch/stop-keeper.ts";
import { createStatReader } from "../../src/probes/process-stats.ts";
import { makeHost, statLine } from "../probes/tree.ts";

/** A wrapper with pid 10 and its child with pid 11, whose states a test may change; signals are noted and do what they do. */
async function makeScene(settings: { forwardSignals: "auto" | "always" | "never" } = { forwardSignals: "auto" }) {
  const { host, write } = await makeHost();
  const signals: string[] = [];
  const set = (pid: number, state: string, start = 100) => write(`proc/${pid}/stat`, statLine({ pid, state, start }));
  await set(10, "S");
  await set(11, "R");
  const stats = createStatReader(host.proc);
  const keeper = new StopKeeper({
    read: stats.readOften,
    order: { childPid: 11, childStarted: "boot:100", settings: settings as never },
    wrapperPid: 10,
    kill: (pid, signal) => void signals.push(`${signal} ${pid}`),
  });
  onTestFinished(() => stats.close());
  return { keeper, signals, set };
}

test("a wrapper that is stopped has its child stopped, once, and continued when it goes on", async () => {
  const { keeper, signals, set } = await makeScene();
  expect(keeper.look()).toBe(false);
  await set(10, "T");
  expect(keeper.look()).toBe(true);
  expect(keeper.look()).toBe(true);
  expect(signals).toEqual(["SIGSTOP 11"]);
  await set(10, "S");
  keeper.look();
  expect(signals).toEqual(["SIGSTOP 11", "SIGCONT 11"]);
});

test("one that has announced its stop has told the child by itself", async () => {
  const { keeper, signals, set } = await makeScene();
  keeper.announced();
  await set(10, "T");
  expect(keeper.look()).toBe(true);
  expect(signals).toEqual([]);
  await set(10, "S");
  keeper.resumed();
  expect(keeper.look()).toBe(false);
  await set(10, "T");
  keeper.look();
  expect(signals).toEqual(["SIGSTOP 11"]);
});

test("a child that somebody else has stopped is left to them, also when the wrapper is killed", async () => {
  const { keeper, signals, set } = await makeScene();
  await set(11, "T");
  expect(keeper.look()).toBe(true);
  keeper.wrapperGone();
  expect(signals).toEqual([]);
});

test("a child that was stopped together with the wrapper goes on when that is killed", async () => {
  const { keeper, signals, set } = await makeScene();
  keeper.announced();
  await set(11, "T");
  keeper.look();
  await set(10, "T");
  keeper.wrapperGone();
  expect(signals).toEqual(["SIGCONT 11"]);
});

test("under --forward-signals never, and to a later process with its number, nothing is sent", async () => {
  const never = await makeScene({ forwardSignals: "never" });
  await never.set(10, "T");
  expect(never.keeper.look()).toBe(true);
  expect(never.signals).toEqual([]);
  const other = await makeScene();
  await other.set(10, "T");
  await other.set(11, "R", 999);
  expect(other.keeper.look()).toBe(true);
  expect(other.signals).toEqual([]);
});

test("a process that is being traced is not stopped, and where there is no /proc nothing is known", async () => {
  const { keeper, signals, set } = await makeScene();
  await set(10, "t");
  expect(keeper.look()).toBe(false);
  expect(signals).toEqual([]);
  const { host } = await makeHost();
  const order = { childPid: 11, settings: { forwardSignals: "auto" } as never };
  expect(
    new StopKeeper({ read: createStatReader(host.proc).readOften, order, wrapperPid: 10, kill: () => {} }).look(),
  ).toBeUndefined();
});

test.runIf(process.platform === "linux")("a real process that has ended gets no signal", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const pid = child.pid ?? 0;
  const signals: string[] = [];
  const order = { childPid: pid, settings: { forwardSignals: "auto" } as never };
  const stats = createStatReader("/proc");
  const keeper = new StopKeeper({
    read: stats.readOften,
    order,
    wrapperPid: 1,
    kill: (_, signal) => void signals.push(signal),
  });
  expect(keeper.look()).toBe(false);
  child.kill("SIGKILL");
  await new Promise((ended) => child.once("exit", ended));
  keeper.wrapperGone();
  expect(signals).toEqual([]);
  stats.close();
});
