import { expect, test, vi } from "vitest";
import { Sampler } from "../../src/watch/sampler.ts";

/** A sampler whose run is stopped when the test says so, and all that it does, in order. */
function startSampler(interval: number) {
  const done: string[] = [];
  const state: { isStopped: boolean | undefined } = { isStopped: false };
  const sampler = new Sampler({
    interval,
    now: () => performance.now(),
    sample: async (settled) => void done.push(settled ? "sample" : "short sample"),
    isStopped: () => state.isStopped,
    restart: async () => void done.push("restart"),
    onResumed: () => void done.push("resumed"),
  });
  const until = (what: string) => vi.waitFor(() => expect(done).toContain(what), { timeout: 5000, interval: 5 });
  return { sampler, state, done, until };
}

test("the last sample comes with the end, however long the interval is", async () => {
  const { sampler, done, until } = startSampler(3600);
  await until("short sample");
  await sampler.stop();
  expect(done).toEqual(["short sample", "short sample"]);
});

test("an interval that is changed holds from the next sample on", async () => {
  const { sampler, done, until } = startSampler(0.02);
  await until("sample");
  sampler.changeInterval(3600);
  const changed = performance.now();
  const before = done.length;
  await vi.waitUntil(() => performance.now() - changed > 100);
  // One may have been due already.
  expect(done.length).toBeLessThanOrEqual(before + 1);
  await sampler.stop();
});

test("a run that is stopped has no samples, and its windows begin anew before the next one", async () => {
  const { sampler, state, done, until } = startSampler(0.02);
  await until("sample");
  state.isStopped = true;
  const before = done.length;
  sampler.pause();
  const stopped = performance.now();
  await vi.waitUntil(() => performance.now() - stopped > 100);
  // One may have been under way.
  expect(done.length).toBeLessThanOrEqual(before + 1);
  done.length = 0;
  state.isStopped = false;
  await until("sample");
  expect(done.slice(0, 2)).toEqual(["resumed", "restart"]);
  await sampler.stop();
});

test("a run that was stopped and continued unseen begins its windows anew as well", async () => {
  const { sampler, done, until } = startSampler(3600);
  await until("short sample");
  sampler.resume();
  await until("restart");
  await sampler.stop();
  expect(done).toEqual(["short sample", "resumed", "restart", "short sample"]);
});

test("where nobody knows whether it is stopped, a run is until its wrapper says otherwise", async () => {
  const { sampler, state, done, until } = startSampler(0.02);
  state.isStopped = undefined;
  await until("sample");
  sampler.pause();
  const stopped = performance.now();
  const before = done.length;
  await vi.waitUntil(() => performance.now() - stopped > 100);
  expect(done.length).toBeLessThanOrEqual(before + 1);
  sampler.resume();
  await until("restart");
  await sampler.stop();
});

test("a run that ends while it is stopped ends with a sample over the time since", async () => {
  const { sampler, done, until } = startSampler(3600);
  await until("short sample");
  sampler.pause();
  await sampler.stop();
  expect(done).toEqual(["short sample", "resumed", "restart", "short sample"]);
});
