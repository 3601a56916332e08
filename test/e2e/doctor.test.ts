import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";
import { failing, refusing } from "./servers.ts";

interface Found {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly probes: readonly { probe: string; state: string; keys: string[]; cpu_microseconds?: number }[];
  readonly backends: readonly Record<string, unknown>[];
}

test("doctor tries everything and ends with 0 where nothing is wrong", async () => {
  const found: Found = JSON.parse(textOf(await tracelet(["doctor", "--json"], { cwd: await temporaryFolder() })));
  expect(found).toMatchObject({ ok: true, problems: [] });
  expect(found.probes.find(({ probe }) => probe === "cpu")).toMatchObject({ state: "works" });
  expect(found.probes.map(({ probe }) => probe)).toEqual(
    expect.arrayContaining([
      "memory",
      "pressure",
      "container",
      "disk",
      "shm",
      "disk_io",
      "network",
      "gpu",
      "process_table",
    ]),
  );
  expect(found.probes.filter(({ cpu_microseconds: cost }) => cost !== undefined)).toEqual([]);
  expect(found.backends).toContainEqual(expect.objectContaining({ backend: "mlflow", state: "unset" }));
  expect(found.backends).toContainEqual(expect.objectContaining({ backend: "null", state: "works" }));
});

test("--cost tells the CPU time of every probe that gives something", async () => {
  const ended = await tracelet(["doctor", "--cost", "--json"], { cwd: await temporaryFolder() });
  const found: Found = JSON.parse(textOf(ended));
  const giving = found.probes.filter(({ keys }) => keys.length > 0);
  expect(giving.filter(({ cpu_microseconds: cost = 0 }) => cost <= 0)).toEqual([]);
});

test("a backend of the settings that does not answer, and a probe of one's own that fails, end with 1", async () => {
  const cwd = await temporaryFolder();
  await writeFile(
    join(cwd, "tracelet.toml"),
    'backend = ["mlflow"]\n[[probe]]\nname = "queue"\ncommand = "exit 3"\n[[probe]]\nname = "good"\ncommand = "echo 1"\n',
  );
  const { url } = await refusing();
  const ended = await tracelet(["doctor"], { cwd, env: { MLFLOW_TRACKING_URI: url } });
  expect([ended.code, ended.errors]).toEqual([1, ""]);
  const text = ended.stdout.toString();
  expect(text).toMatch(/^ {2}custom:queue +failed +could not be read: ended with exit status 3$/m);
  expect(text).toMatch(/^ {2}custom:good +works +good$/m);
  expect(text).toMatch(/^ {2}mlflow +failed +cannot reach http:\S+: connection refused/m);
  expect(text).toMatch(/\n2 problems: the probe custom:queue fails; mlflow does not work\n$/);
});

test.each([
  [[], 0, "failed"],
  [["--backend", "mlflow"], 1, "failed"],
])("a server that is out of order matters only to those who want it: %j", async (flags, code, state) => {
  const server = await failing();
  onTestFinished(() => server.kill());
  const env = { MLFLOW_TRACKING_URI: server.url };
  const ended = await tracelet(["doctor", "--json", ...flags], { cwd: await temporaryFolder(), env });
  expect(ended.code).toBe(code);
  const found: Found = JSON.parse(ended.stdout.toString());
  expect(found.backends).toContainEqual(expect.objectContaining({ backend: "mlflow", state, wanted: code === 1 }));
});
