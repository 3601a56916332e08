import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun } from "../journal/create-run.ts";
import { OutputLog } from "../journal/output-log.ts";
import type { RunHeader } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import { Watcher } from "./watcher.ts";

/**
 * Watches a run of nothing from its begin to its end, so that the code cache made at build time holds what a watcher
 * needs.
 */
export async function warmUp(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tracelet-warm-up-"));
  const started = Date.now();
  const header = headerAt(started, dir);
  const run = createRun(dir, header);
  const log = OutputLog.create(run, { limit: "none", onGrowth: () => {} });
  log.append("stdout", started, Buffer.from("epoch 1: loss=0.5\nepoch 2: loss=0.4\n"));
  await log.close();
  const watcher = new Watcher({
    order: {
      directory: run.root,
      header,
      settings: settingsOf(dir),
      childPid: process.pid,
      launched: started,
      terminal: false,
      held: [],
    },
    env: {},
    now: () => Date.now(),
    send: () => {},
    fail: (error) => {
      throw error;
    },
  });
  await watcher.end({ end: { status: "finished", ended: started, exitCode: 0 }, gaps: [], sent: [] });
  await rm(dir, { recursive: true });
}

function headerAt(started: number, cwd: string): RunHeader {
  return {
    id: "19700101-000000-warm",
    name: "warm-up",
    project: "warm-up",
    command: ["true"],
    cwd,
    host: "",
    started,
    tracelet: "",
    params: {},
    tags: {},
    interval: 10,
    backends: [],
  };
}

function settingsOf(dir: string): Settings {
  return {
    project: "warm-up",
    backend: [],
    upload: "never",
    uploadTimeout: 1,
    metricsInterval: 10,
    intervalBudget: 1,
    trackSystem: true,
    trackGpu: true,
    gpus: "job",
    trackDisk: true,
    trackNetwork: true,
    trackMetrics: true,
    include: [],
    exclude: [],
    includePerCpu: false,
    includeProcesses: false,
    processLimit: 5,
    thin: true,
    wandbSync: false,
    tensorboardDir: "",
    artifact: [],
    alert: [],
    require: [],
    param: {},
    tag: {},
    dir,
    logLimit: "none",
    quiet: true,
    unbuffered: true,
    forwardSignals: "auto",
    onWrapperDeath: "continue",
    pty: "auto",
    ignoreHup: false,
    probe: [],
    metric: [],
  };
}
