import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRun } from "../../src/journal/create-run.ts";
import { encodeRecord } from "../../src/journal/encode.ts";
import { createExtractor as realExtractor } from "../../src/extract/index.ts";
import { indexLine } from "../../src/journal/output-index.ts";
import type { RunDirectory } from "../../src/journal/run-directory.ts";
import type { RunEnd } from "../../src/model/run.ts";
import type { Settings } from "../../src/model/settings.ts";
import type { WatcherMessage } from "../../src/model/watcher-protocol.ts";
import { Watcher, type WatcherOptions } from "../../src/watch/watcher.ts";
import { runHeader, temporaryFolder } from "../journal/support.ts";
import { readJournalLines, until } from "../support/tracelet.ts";

const END: RunEnd = { status: "finished", ended: Date.now(), exitCode: 0 };
const LAUNCHED = Date.now() - 5000;

test("an inventory that fails is one record, and ends nothing", async () => {
  const { run, watch } = newRun();
  const { messages } = await watch({ parts: { readInventory: () => Promise.reject(new Error("no such machine")) } });
  expect(await recordsOf(run, "unavailable")).toContainEqual(
    expect.objectContaining({ probe: "inventory", state: "failed", metrics: [], reason: "no such machine" }),
  );
  expect((await recordsOf(run, "sample")).length).toBeGreaterThan(0);
  expect(messages.at(-1)?.type).toBe("done");
});

test("an extractor that throws costs the metrics alone: one gap, one line, and everything else goes on", async () => {
  const { run, watch } = newRun();
  appendFileSync(run.outputLog, "step=0 loss=1\n");
  appendFileSync(run.outputIndex, indexLine({ stream: "stdout", timestamp: LAUNCHED, bytes: 14 }));
  const failing = () => {
    throw new RangeError("too deep");
  };
  const parts = { createExtractor: () => ({ ...realExtractor(), push: failing, end: failing }) };
  const { messages } = await watch({ parts });
  expect(await recordsOf(run, "gap")).toMatchObject([
    { what: "metrics", reason: "behind byte 0 of the output: too deep" },
  ]);
  expect(await recordsOf(run, "end")).toHaveLength(1);
  const notices = messages.filter(({ type }) => type === "notice");
  expect(notices).toEqual([
    {
      type: "notice",
      text: "tracelet: metrics were not looked for in part of the output: behind byte 0 of the output: too deep",
    },
  ]);
});

test("a watcher that finds the end recorded only uploads and says how it went", async () => {
  const { run, watch } = newRun({ backend: ["nowhere"] });
  appendFileSync(run.journal, encodeRecord({ type: "launch", timestamp: LAUNCHED, pid: 1 }));
  appendFileSync(run.journal, encodeRecord({ type: "end", ...END }));
  const before = await readJournalLines(run.root);
  const { messages } = await watch({}, [{ bytes: 5, reason: "the disk is full" }]);
  expect(await readJournalLines(run.root)).toEqual(before);
  expect(messages.map(({ type }) => type)).toContain("notice"); // of the backend that does not exist
  expect(messages.at(-1)).toMatchObject({ type: "done", summary: expect.stringContaining("finished after") });
});

test("one that takes over repeats neither the launch, nor the machine, nor a gap", async () => {
  const { run, watch } = newRun();
  appendFileSync(run.journal, encodeRecord({ type: "launch", timestamp: LAUNCHED, pid: 1 }));
  appendFileSync(run.journal, encodeRecord({ type: "machine", timestamp: LAUNCHED, facts: { arch: "x64" } }));
  const gap = { what: "output", bytes: 5, reason: "the disk is full" };
  appendFileSync(run.journal, encodeRecord({ type: "gap", timestamp: LAUNCHED, ...gap }));
  await watch({}, [{ bytes: 5, reason: "the disk is full" }]);
  for (const type of ["launch", "machine", "gap", "watcher", "end"]) expect(await recordsOf(run, type)).toHaveLength(1);
});

test("whatever a live upload runs into is told once, at the end", async () => {
  // The backend is made anew for each upload and throws a mistake of the user's: there is no address.
  const { watch } = newRun({ backend: ["mlflow"], upload: "live" });
  const { messages } = await watch({ env: {} });
  const notices = messages.flatMap((message) => (message.type === "notice" ? message.text : []));
  expect(notices).toEqual([expect.stringMatching(/^tracelet: not uploaded to mlflow: .*MLFLOW_TRACKING_URI/)]);
});

test("a journal that another process has taken over is the end of a watcher, in clear words", async () => {
  const { run, watch } = newRun();
  const createExtractor = () => {
    const lease = readFileSync(run.journalLease, "utf8");
    writeFileSync(run.journalLease, lease.replace(/"token":"\w+"/, '"token":"0a"'));
    return { ...realExtractor(), push: () => [] };
  };
  let tell = (_error: unknown) => {};
  const failure = new Promise<unknown>((resolve) => (tell = resolve));
  // The run does not end before that.
  const readInventory = () => failure.then(() => ({}));
  await watch({ parts: { createExtractor, readInventory, heartbeat: 1 }, fail: tell });
  expect(await failure).toEqual(new Error(`another process has taken the journal ${run.journal} over`));
});

test("progress is told while a run is being ended, not before, and for a reason", async () => {
  const { watch } = newRun();
  const { messages, beforeEnd } = await watch({});
  expect(beforeEnd.map(({ type }) => type)).not.toContain("progress");
  expect(messages.filter(({ type }) => type === "progress").length).toBeGreaterThan(0);
});

function newRun(settings: Partial<Settings> = {}) {
  const dir = temporaryFolder();
  const run = createRun(dir, runHeader({ started: LAUNCHED, cwd: dir, backends: settings.backend ?? [] }));
  const messages: WatcherMessage[] = [];

  /** Watches the run until it has a sample, or as long as it takes to begin, and ends it. */
  async function watch(options: Partial<WatcherOptions>, gaps: { bytes: number; reason: string }[] = []) {
    let failure: unknown;
    const watcher = new Watcher({
      order: {
        directory: run.root,
        header: runHeader({ started: LAUNCHED, cwd: dir }),
        settings: { ...settingsIn(dir), ...settings },
        childPid: process.pid,
        launched: LAUNCHED,
        terminal: false,
        held: [],
      },
      env: process.env,
      now: () => Date.now(),
      send: (message) => messages.push(message),
      fail: (error) => (failure = error),
      ...options,
    });
    await watcher.outputGrew();
    const beforeEnd = [...messages];
    await watcher.end({ end: END, gaps, sent: [] });
    await until("the last word", () => messages.at(-1)?.type === "done");
    if (failure !== undefined) throw failure;
    return { messages, beforeEnd };
  }

  return { run, watch };
}

async function recordsOf(run: RunDirectory, type: string) {
  return (await readJournalLines(run.root)).filter((record) => record.type === type);
}

function settingsIn(dir: string): Settings {
  return {
    project: "digits",
    backend: [],
    upload: "exit",
    uploadTimeout: 1,
    metricsInterval: 10,
    intervalBudget: 1,
    trackSystem: true,
    trackGpu: false,
    gpus: "job",
    trackDisk: false,
    trackNetwork: false,
    trackMetrics: true,
    include: [],
    exclude: [],
    includePerCpu: false,
    includeProcesses: false,
    processLimit: 5,
    thin: true,
    wandbSync: false,
    tensorboardDir: "/runs/{name}",
    artifact: [],
    alert: [],
    require: [],
    param: {},
    tag: {},
    dir,
    logLimit: "none",
    quiet: false,
    unbuffered: true,
    forwardSignals: "auto",
    onWrapperDeath: "continue",
    pty: "auto",
    ignoreHup: false,
    probe: [],
    metric: [],
  };
}
