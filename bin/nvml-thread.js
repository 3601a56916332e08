"use strict";
// The thread in which NVIDIA's driver is called: where it hangs, only this thread does. See src/probes/nvml-serve.ts.
// It is a script of its own because a bundle cannot be started as a thread.
const { Worker, parentPort, workerData } = require("node:worker_threads");

const MARK = "tracelet-nvml";
/** MB; it keeps little more than a few numbers of each device. */
const MEMORY = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

if (workerData?.mark === MARK) void require("./load.js")("nvml").serve(parentPort, workerData.service);

/**
 * Starts the thread.
 * @param service where the library is looked for, and what time it is
 */
module.exports = (service) =>
  new Worker(__filename, { workerData: { service, mark: MARK }, execArgv: [], resourceLimits: MEMORY });
