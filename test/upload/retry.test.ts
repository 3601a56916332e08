import { expect, test } from "vitest";
import { BackendError } from "../../src/model/backend.ts";
import { Patience } from "../../src/upload/retry.ts";
import { lasting, passing } from "./memory-backend.ts";

const never = new AbortController().signal;
const clock = () => performance.now();

test("what fails for now is tried again until it succeeds", async () => {
  let tries = 0;
  const result = await new Patience(10_000, clock, never).insist(async () => {
    tries += 1;
    if (tries < 3) throw passing();
    return "done";
  });
  expect([result, tries]).toEqual(["done", 3]);
});

test("what fails for good, and what is a fault of ours, is not tried again", async () => {
  for (const error of [lasting(), new TypeError("ours")]) {
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      throw error;
    };
    await expect(new Patience(10_000, clock, never).insist(attempt)).rejects.toBe(error);
    expect(tries).toBe(1);
  }
});

test("after the time without progress the last failure is told", async () => {
  const patience = new Patience(400, clock, never);
  const started = clock();
  let tries = 0;
  const attempt = async () => {
    tries += 1;
    throw passing(`try ${tries}`);
  };
  await expect(patience.insist(attempt)).rejects.toMatchObject({ message: expect.stringMatching(/^try [2-9]$/) });
  expect(clock() - started).toBeLessThan(2000);
});

test("a server that asks for a pause gets it, and is not asked again if there is not that much time", async () => {
  let tries = 0;
  const attempt = async () => {
    tries += 1;
    if (tries < 2) throw new BackendError("slow down", { retryable: true, retryAfter: 300 });
    return "done";
  };
  const started = clock();
  expect(await new Patience(10_000, clock, never).insist(attempt)).toBe("done");
  expect(clock() - started).toBeGreaterThan(299);
  tries = 0;
  const soon = clock();
  await expect(new Patience(200, clock, never).insist(attempt)).rejects.toMatchObject({ message: "slow down" });
  expect(tries).toBe(1);
  expect(clock() - soon).toBeLessThan(150);
});

test("where nobody listens from the start, a sixth of the time is enough; who was there is waited for", async () => {
  const attempt = async () => {
    throw new BackendError("refused", { retryable: true, absent: true });
  };
  const took = async (patience: Patience) => {
    const started = clock();
    await expect(patience.insist(attempt)).rejects.toThrow("refused");
    return clock() - started;
  };
  expect(await took(new Patience(2400, clock, never))).toBeLessThan(700);
  expect(await took(new Patience(2400, clock, never, () => {}, true))).toBeGreaterThan(800);
  const met = new Patience(2400, clock, never);
  await met.insist(async () => "there");
  expect(await took(met)).toBeGreaterThan(800);
});

test("an attempt that hangs is given up when time is over", async () => {
  const attempt = (signal: AbortSignal) => untilAborted(signal);
  await expect(new Patience(50, clock, never).insist(attempt)).rejects.toMatchObject({ name: "TimeoutError" });
});

test("an attempt that ignores its signal is left behind, for a cancellation too", async () => {
  const deaf = () => new Promise<never>(() => {});
  const started = clock();
  await expect(new Patience(50, clock, never).insist(deaf)).rejects.toThrow(BackendError);
  const cancelled = new AbortController();
  const patience = new Patience(60_000, clock, cancelled.signal);
  setTimeout(() => cancelled.abort(), 20);
  await expect(patience.insist(deaf)).rejects.toThrow(BackendError);
  await expect(patience.insist(deaf)).rejects.toThrow(BackendError);
  expect(clock() - started).toBeLessThan(10_000);
});

test("what moves is told, and the next attempt is not", async () => {
  const told: number[] = [];
  let tries = 0;
  const patience = new Patience(10_000, clock, never, () => told.push(tries));
  await patience.insist(async (_signal, onProgress) => {
    tries += 1;
    if (tries < 3) throw passing();
    onProgress();
  });
  expect(told).toEqual([3, 3]);
});

test("success starts the time anew, and waiting for something else does not", async () => {
  let now = 0;
  const patience = new Patience(1000, () => now, never);
  now = 900;
  await patience.insist(async () => "acknowledged");
  now = 1800;
  await patience.keepTrying(async () => "not acknowledged");
  await patience.insist(async () => "still in time");
  now = 2900;
  await expect(patience.insist(async () => Promise.reject(passing()))).rejects.toMatchObject({ message: "busy" });
});

test("an attempt in which something moves may take longer", async () => {
  const result = await new Patience(300, clock, never).insist(async (signal, onProgress) => {
    for (let moved = 0; moved < 10 && !signal.aborted; moved += 1) {
      await pause(60);
      onProgress();
    }
    return signal.aborted;
  });
  expect(result).toBe(false);
});

test("but bytes that move are no acknowledgement: an attempt that fails again and again is given up", async () => {
  const patience = new Patience(500, clock, never);
  const attempt = async (_signal: AbortSignal, onProgress: () => void) => {
    onProgress();
    throw passing();
  };
  await expect(patience.insist(attempt)).rejects.toMatchObject({ message: "busy" });
});

test("cancelling ends an attempt and a pause at once, and what comes after it", async () => {
  const cancelled = new AbortController();
  const patience = new Patience(60_000, clock, cancelled.signal);
  const hanging = patience.insist(untilAborted);
  const pausing = patience.insist(async (signal) => {
    if (!signal.aborted) throw passing();
    throw signal.reason;
  });
  await pause(20);
  cancelled.abort(new Error("the user wants to go"));
  await expect(hanging).rejects.toThrow("the user wants to go");
  await expect(pausing).rejects.toThrow("the user wants to go");
  await expect(patience.insist(untilAborted)).rejects.toThrow("the user wants to go");
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
