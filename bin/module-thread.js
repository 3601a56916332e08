"use strict";
// A module of the user's as a probe, in a thread of its own: what it throws, where it hangs and what it prints stays there.
// It is a script of its own because the bundles can neither import nor be started as a thread.
const { Worker, parentPort, workerData } = require("node:worker_threads");

const MARK = "tracelet-module-probe";
/** MB; more than any list of numbers needs. */
const MEMORY = 128;

if (workerData?.mark === MARK) serve(workerData);

/**
 * Starts the thread. It answers each "sample" with `{ readings }` or `{ failure }`, and ends at "close".
 * @param options `url` of the module, the `host` it is to look at, and how many readings it may give at `most`
 */
module.exports = (options) =>
  new Worker(__filename, {
    workerData: { ...options, mark: MARK },
    stdout: true,
    stderr: true,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });

function serve({ url, host, most }) {
  let opened;
  const sample = async () => {
    opened ??= await open(url, { ...host, now: () => performance.now() });
    return checked(await opened.sample({ ownPids: [] }), most);
  };
  const close = async () => opened?.close?.();
  parentPort.on("message", async (word) => {
    if (word === "close") await outcomeOf(close).then(() => process.exit());
    else parentPort.postMessage(await outcomeOf(sample), []);
  });
}

async function open(url, host) {
  const { default: probe } = await import(url);
  if (typeof probe?.open !== "function") throw new Error("its default export has no function open");
  const opened = await probe.open(host);
  if (typeof opened?.sample === "function") return opened;
  throw new Error(typeof opened?.reason === "string" ? opened.reason : "its open gives nothing with a function sample");
}

/** What cannot be sent to another thread is refused by its kind, not by an error of the sending. */
function checked(readings, most) {
  if (!Array.isArray(readings)) throw new Error("its sample gives no list of { key, value }");
  if (readings.length > most) throw new Error(`gave ${readings.length} readings, more than ${most}`);
  return readings.map((reading) => {
    if (typeof reading?.key !== "string") throw new Error("its sample gives no list of { key, value }");
    return { key: reading.key, value: reading.value };
  });
}

/** Of a reading or of the end. A value that is a function cannot be sent: better here than as an error of the channel. */
async function outcomeOf(act) {
  try {
    return structuredClone({ readings: await act() });
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
