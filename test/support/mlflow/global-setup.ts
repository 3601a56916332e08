import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";

import { stopMlflow } from "./server.ts";
import { runningMlflow, stateFolder } from "./shared.ts";

/** Starts nothing: the first test that needs the MLflow server starts it. Stops it at the end of the run. */
export default function setup(project: TestProject): () => Promise<void> {
  const owner = process.pid;
  project.provide("mlflowOwner", owner);
  return async () => {
    const server = await runningMlflow(owner);
    if (server !== undefined) await stopMlflow(server);
    await rm(stateFolder(owner), { recursive: true, force: true });
  };
}
