import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";

import { startTracelet, temporaryFolder, textOf, tracelet, until } from "../support/tracelet.ts";
import { SYSTEM_KEYS } from "./keys.ts";

const RATES = [
  "disk_read_bytes_per_second",
  "disk_write_bytes_per_second",
  "network_bytes_sent_per_second",
  "network_bytes_recv_per_second",
];

describe("a snapshot", () => {
  test("as JSON has rates, and a reason for every key that this machine cannot tell", async () => {
    const { metrics, unavailable } = JSON.parse(
      textOf(await tracelet(["snapshot", "--json"], { cwd: await temporaryFolder() })),
    );
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(RATES));
    for (const rate of RATES) expect(metrics[rate]).toBeGreaterThanOrEqual(0);
    const untold = unavailable.flatMap((entry: { metrics: string[] }) => entry.metrics);
    for (const key of ["cpu_pressure_percent", "container_cpu_percent", "container_memory_percent", "shm_percent"]) {
      expect(key in metrics || untold.includes(key)).toBe(true);
    }
    for (const { reason } of unavailable) expect(reason).toMatch(/\S/);
  });

  test("lacks nothing where no other program is installed", async () => {
    const cwd = await temporaryFolder();
    const keys = async (env: Record<string, string>) =>
      Object.keys(JSON.parse(textOf(await tracelet(["snapshot", "--json"], { cwd, env }))).metrics);
    const alone = await keys({ PATH: await temporaryFolder() });
    expect(alone).toEqual(await keys({}));
    expect(alone).toEqual(expect.arrayContaining([...SYSTEM_KEYS.memory, ...SYSTEM_KEYS.disk, "total_processes"]));
  });

  test("for Prometheus is what its own parser would take", async () => {
    const ended = await tracelet(["snapshot", "--format", "prometheus"], { cwd: await temporaryFolder() });
    const lines = textOf(ended).trimEnd().split("\n");
    expect(lines).toContainEqual(expect.stringMatching(/^tracelet_memory_total_bytes \d+$/));
    expect(lines).toContain("# TYPE tracelet_network_bytes_sent_total counter");
    const described = new Set(lines.filter((line) => line.startsWith("# HELP")).map((line) => line.split(" ")[2]));
    for (const line of lines.filter((each) => !each.startsWith("#"))) {
      expect(described).toContain(/^\w+/.exec(line)?.[0]);
      expect(line).toMatch(/^[a-z_]+(\{[a-z]+="[^"]*"\})? [\d.e+-]+$/);
    }
  });

  test("as CSV has a head and four fields in every line", async () => {
    const lines = textOf(await tracelet(["snapshot", "--format", "csv"], { cwd: await temporaryFolder() }))
      .trimEnd()
      .split("\n");
    expect(lines[0]).toBe("timestamp,name,value,unit");
    for (const line of lines.slice(1)) {
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z,[a-z]\w+,[\d.e+-]+,[a-z_]+$/);
    }
  });

  test("with --watch comes every second, a line of JSON each, until somebody ends it", async () => {
    const watching = startTracelet(["snapshot", "--watch", "--json", "--no-track-gpu"], {
      cwd: await temporaryFolder(),
    });
    let text = "";
    watching.stdout?.on("data", (bytes: Buffer) => (text += bytes.toString()));
    await until("three readings", () => text.split("\n").length > 3);
    watching.kill("SIGINT");
    expect((await watching.ended).signal).toBe("SIGINT");
    const times = text
      .split("\n")
      .slice(0, 3)
      .map((line) => Date.parse(JSON.parse(line).timestamp));
    expect(Number(times[2]) - Number(times[0])).toBeGreaterThanOrEqual(1900);
  });

  test("with --watch ends quietly when its reader goes away", async () => {
    const command = `"${process.execPath}" bin/run.js snapshot --watch --format csv | head -1`;
    const { stdout, stderr, status } = spawnSync("bash", ["-c", `set -o pipefail; ${command}`], { encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "timestamp,name,value,unit\n", ""]);
  });
});
