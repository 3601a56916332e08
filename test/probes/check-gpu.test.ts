import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { canFakeNvml, fakeNvml } from "../support/fake-nvml.ts";
import { makeHost } from "./tree.ts";
import { CARD } from "./nvml-scene.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/check-gpu.mjs", import.meta.url));

describe.runIf(canFakeNvml)("npm run check:gpu", () => {
  test("says that there is no GPU, with a status of its own", async () => {
    const { root } = await makeHost();
    const { code, output } = await check("--library", `${root}/none`);
    expect(output).toBe(
      `no GPU to check with: ${root}/none (NVML) is in none of the usual places; ` +
        "in a container, start it with the NVIDIA runtime and NVIDIA_DRIVER_CAPABILITIES=utility\n",
    );
    expect(code).toBe(77);
  });

  test("keeps what the driver answered, and nothing that tells which card it was", async () => {
    const { root } = await makeHost();
    const fake = await fakeNvml(`${CARD}0.uuid GPU-5ec2e7\n0.nvmlDeviceGetFanSpeed 3\n`);
    const { output } = await check("--library", fake.path, "--out", root, "--seconds", "1");
    expect(output).toMatch(/^NVIDIA H100 80GB HBM3, driver 550\.54\.15, CUDA 12\.4, 1 device\(s\)$/m);
    expect(output).toMatch(/^nvmlDeviceGetFanSpeed +1 .* 3: 1$/m);
    const text = await readFile(`${root}/nvidia-h100-80gb-hbm3-550.54.15.json`, "utf8");
    expect(JSON.parse(text)).toMatchObject({
      name: "NVIDIA H100 80GB HBM3",
      driverVersion: "550.54.15",
      unavailable: [{ metrics: ["gpu_0_fan_speed"] }],
      functions: {
        nvmlDeviceGetPowerUsage: { wrote: [Buffer.from(Uint32Array.of(412345).buffer).toString("hex").slice(0, 6)] },
      },
      idle: { temperature: 61, sm_activity: 70.5 },
    });
    for (const secret of ["5ec2e7", Buffer.from("5ec2e7").toString("hex"), "c1:00"]) expect(text).not.toContain(secret);
  });
});

function check(...options: string[]): Promise<{ code: number | string | null; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [SCRIPT, ...options], (_, stdout) => {
      resolve({ code: child.exitCode, output: stdout });
    });
  });
}
