import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";

import { canFakeNvml, fakeNvml } from "../support/fake-nvml.ts";

const ROOT = join(import.meta.dirname, "../..");

describe.runIf(canFakeNvml)("a process whose driver", () => {
  let program = "";

  beforeAll(async () => {
    // In dist, so that it finds the thread's script and koffi.
    const folder = mkdtempSync(join(ROOT, "dist/.test-"));
    program = join(folder, "hang-in-driver.mjs");
    await build({
      entryPoints: [join(import.meta.dirname, "programs/hang-in-driver.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["koffi", "*/bin/nvml-thread.js"],
    });
    return () => rmSync(folder, { recursive: true });
  });

  test.each([
    ["is well", "", 30_000, "numbers read: all is well\n"],
    ["hangs when it is opened", "nvmlInit_v2 hang", 500, "not opened: the driver did not answer within 500 ms\n"],
    [
      "hangs when it is read",
      // What is not called before there is something to compare.
      "0.gpm_supported 1\n0.nvmlGpmMetricsGet hang",
      30_000,
      "nothing read: the driver did not answer within 1000 ms, and has not since\n",
    ],
    ["does not open", "nvmlInit_v2 999", 30_000, "not opened: the driver gives no reason (NVML_ERROR_UNKNOWN)\n"],
  ])("%s ends, with its own status", async (_, text, patience, output) => {
    const fake = await fakeNvml(`${text}\n`);
    expect(await run(program, fake.path, String(patience))).toMatchObject({ code: 7, output });
  });

  test("hangs ends by an error that nobody has caught as any process does", async () => {
    const fake = await fakeNvml("nvmlInit_v2 hang\n");
    const { code, errors } = await run(program, fake.path, "500", "the end");
    expect(code).toBe(1);
    expect(errors).toMatch(/^Error: the end$/m);
  });
});

function run(...parameters: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, parameters, { timeout: 30_000 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout, errors: stderr });
    });
  });
}
