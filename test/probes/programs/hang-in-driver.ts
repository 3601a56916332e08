import { openNvml } from "../../../src/probes/nvml.ts";

/**
 * Opens a driver, reads it once, says how that went, and is at its end: `node hang-in-driver.mjs LIBRARY MILLISECONDS
 * [ERROR]`, with the time that it has to open and an error that nobody catches.
 */
const [library = "", patience, error] = process.argv.slice(2);
const opened = await openNvml({ platform: process.platform, library }, { opening: Number(patience), reading: 1000 });
if ("state" in opened) process.stdout.write(`not opened: ${opened.reason}\n`);
else {
  const count = opened.devices.flatMap((device) => device.sample(performance.now() + 1000, new Set())).length;
  process.stdout.write(`${count === 0 ? "nothing" : "numbers"} read: ${opened.failure ?? "all is well"}\n`);
}
if (error !== undefined) throw new Error(error);
process.exitCode = 7;
