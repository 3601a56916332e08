import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Ended,
  EXECUTABLE,
  start,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until,
} from "../support/tracelet.ts";
import { SYSTEM_KEYS } from "./keys.ts";

const ISO_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const PRINT = `echo 'epoch 1: loss=0.5 acc=0.1'; echo 'epoch 2: loss=0.25 acc=nan'; echo '{"a,\\"b\\"": 1, "loss": 0.125}'`;

describe("of a store with three runs,", () => {
  let cwd = "";
  /** Oldest first. */
  let ids: string[] = [];
  const typed = (...args: string[]): Promise<Ended> => tracelet(args, { cwd });
  const text = async (...args: string[]) => textOf(await typed(...args));
  const json = async (...args: string[]) => JSON.parse(await text(...args));

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "tracelet-commands-"));
    const labels = ["--project", "digits", "--param", "lr=3e-4", "--tag", "team=vision"];
    await typed("run", "--name", "alpha", ...labels, "--", "sh", "-c", PRINT);
    await aSecondLater(() => typed("run", "--name", "beta", "--", "sh", "-c", "exit 3"));
    await aSecondLater(() => typed("run", "--name", "alpha", "--", "sh", "-c", "kill -TERM $$"));
    ids = (await readdir(join(cwd, ".tracelet", "runs"))).toSorted();
    return () => rm(cwd, { recursive: true });
  });

  test("runs lists them, newest first", async () => {
    const [head, ...rows] = (await text("runs")).trimEnd().split("\n");
    expect(head).toMatch(/^STARTED +NAME +PROJECT +STATUS +EXIT +DURATION +ID$/);
    expect(rows.map((row) => row.split(/ +/).at(-1))).toEqual(ids.toReversed());
    expect(rows.map((row) => row.split(/ {2,}/).slice(1, 4).join(" "))).toEqual([
      expect.stringMatching(/^alpha \S+ killed/),
      expect.stringMatching(/^beta \S+ failed$/),
      "alpha digits finished",
    ]);
  });

  test("runs --json is a list of objects", async () => {
    const times = { started: ISO_TIME, ended: ISO_TIME };
    expect(await json("runs", "--json")).toEqual([
      expect.objectContaining({ id: ids[2], name: "alpha", status: "killed", exit_code: null, ...times }),
      expect.objectContaining({ id: ids[1], name: "beta", status: "failed", exit_code: 3, ...times }),
      expect.objectContaining({
        id: ids[0],
        name: "alpha",
        project: "digits",
        status: "finished",
        exit_code: 0,
        ...times,
      }),
    ]);
  });

  test("show finds one by its id, a unique beginning, its name, latest, and nothing at all", async () => {
    const shown = async (...ref: string[]) => (await json("show", "--json", ...ref)).id;
    const [first = "", second = "", third = ""] = ids;
    expect(await shown(first)).toBe(first);
    expect(await shown(first.slice(0, -1))).toBe(first);
    expect(await shown("beta")).toBe(second);
    // Of runs with the same name the newest.
    expect(await shown("alpha")).toBe(third);
    expect(await shown("latest")).toBe(third);
    expect(await shown()).toBe(third);
  });

  test("one that is not there, or that could be several, is refused with those there are", async () => {
    for (const command of ["show", "export", "sync"]) {
      const unknown = await typed(command, "delta");
      expect(unknown.errors).toMatch(/^tracelet: there is no run "delta" in \S+: it has .*beta.*\n$/);
      const [beginning = ""] = ids[0]?.split("-") ?? [];
      const ambiguous = await typed(command, beginning);
      expect(ambiguous.errors).toMatch(new RegExp(`^tracelet: "${beginning}" begins several ids: .*${ids[1]}.*\\n$`));
      expect([unknown.code, ambiguous.code, unknown.stdout.length, ambiguous.stdout.length]).toEqual([2, 2, 0, 0]);
    }
  });

  test("show tells people everything about one", async () => {
    const shown = await text("show", ids[0] ?? "");
    expect(shown).toMatch(/^alpha +finished\n/);
    for (const fact of [
      /^ +run +\S+$/m,
      /^ +project +digits$/m,
      /^ +command +sh -c /m,
      /^ +lr +3e-4$/m,
      /^ +team +vision$/m,
    ]) {
      expect(shown).toMatch(fact);
    }
    expect(shown).toMatch(/^loss +\S+ +3 +0\.5 +0\.125 /m);
    expect(shown).toMatch(/^memory_percent /m);
    expect(await text("show", "latest")).toMatch(/^alpha +killed \(?.*SIGTERM/);
    expect(await text("show", "beta")).toMatch(/^beta +failed .*3/);
  });

  test("show --json has command, status, params, tags, metrics, system, alerts and uploads", async () => {
    const view = await json("show", "--json", ids[0] ?? "");
    expect(view).toMatchObject({
      id: ids[0],
      name: "alpha",
      project: "digits",
      status: "finished",
      exit_code: 0,
      started: ISO_TIME,
      ended: ISO_TIME,
      command: ["sh", "-c", PRINT],
      params: { lr: "3e-4" },
      tags: { team: "vision" },
      alerts: [],
      uploads: [],
    });
    expect(view.metrics.loss).toMatchObject({ count: 3, first: 0.5, last: 0.125, min: 0.125, max: 0.5 });
    expect(view.metrics.acc).toMatchObject({ count: 2, first: 0.1, last: "NaN", nan: 1 });
    expect(Object.keys(view.system)).toEqual(expect.arrayContaining([...SYSTEM_KEYS.cpu, ...SYSTEM_KEYS.memory]));
    expect(view.system.memory_percent).toEqual({
      count: expect.any(Number),
      last: expect.any(Number),
      mean: expect.any(Number),
      min: expect.any(Number),
      max: expect.any(Number),
    });
  });

  test("export writes one JSON object a line, and the same as CSV", async () => {
    const points = (await text("export", ids[0] ?? ""))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const training = points.filter(({ source }) => source === "training");
    expect(training.map(({ name, value, step }) => [name, value, step])).toEqual([
      ["loss", 0.5, 1],
      ["acc", 0.1, 1],
      ["loss", 0.25, 2],
      ["acc", "NaN", 2],
      ['a,"b"', 1, expect.any(Number)],
      ["loss", 0.125, expect.any(Number)],
    ]);
    expect(new Set(points.map(({ source }) => source))).toEqual(new Set(["training", "system"]));
    expect(points.map(({ timestamp }) => timestamp)).toEqual(points.map(() => ISO_TIME));

    const [head, ...rows] = parseCsv(await text("export", "--format", "csv", ids[0] ?? ""));
    expect(head).toEqual(["name", "value", "step", "timestamp", "source"]);
    expect(rows).toEqual(
      points.map((point) => [point.name, point.value, point.step, point.timestamp, point.source].map(String)),
    );
  });

  test("--dir finds them from elsewhere", async () => {
    const away = await temporaryFolder();
    const dir = join(cwd, ".tracelet");
    expect(JSON.parse(textOf(await tracelet(["runs", "--json", "--dir", dir], { cwd: away }))).length).toBe(3);
    const env = { TRACELET_DIR: dir };
    expect(JSON.parse(textOf(await tracelet(["show", "--json"], { cwd: away, env }))).id).toBe(ids[2]);
  });
});

test("a run that goes on is running, and shows what there is so far", async () => {
  const cwd = await temporaryFolder();
  const script = "echo loss=1; while [ ! -e go ]; do sleep 0.05; done";
  const child = startTracelet(["run", "--quiet", "--", "sh", "-c", script], { cwd });
  const seen = await until("the metric in show", async () => {
    const shown = await tracelet(["show", "--json"], { cwd });
    const view = shown.code === 0 ? JSON.parse(shown.stdout.toString()) : undefined;
    return view?.metrics.loss && view;
  });
  expect(seen).toMatchObject({ status: "running", exit_code: null, ended: null, metrics: { loss: { last: 1 } } });
  expect(textOf(await tracelet(["runs"], { cwd }))).toMatch(/ running /);
  await writeFile(join(cwd, "go"), "");
  await child.ended;
  expect(JSON.parse(textOf(await tracelet(["runs", "--json"], { cwd })))).toMatchObject([{ status: "finished" }]);
});

describe("a snapshot", () => {
  test("has every key as JSON, with lists and the processes that were asked for", async () => {
    const args = ["snapshot", "--json", "--per-cpu", "--processes", "2"];
    const snapshot = JSON.parse(textOf(await tracelet(args, { cwd: await temporaryFolder() })));
    expect(Object.keys(snapshot)).toEqual(["timestamp", "metrics", "gpu", "processes", "unavailable"]);
    expect(snapshot.timestamp).toEqual(ISO_TIME);
    const series = [...SYSTEM_KEYS.cpu, ...SYSTEM_KEYS.memory, ...SYSTEM_KEYS.disk, ...SYSTEM_KEYS.network];
    const keys = series.filter((key) => !key.startsWith("load_average_"));
    const lists = [
      "load_average",
      "cpu_per_core",
      "process_counts",
      "total_processes",
      "open_files",
      "system_uptime_hours",
    ];
    expect(Object.keys(snapshot.metrics)).toEqual(expect.arrayContaining([...keys, ...lists]));
    expect(snapshot.metrics.load_average).toHaveLength(3);
    expect(snapshot.metrics.cpu_per_core).toHaveLength(snapshot.metrics.cpu_count_logical);
    expect(snapshot.processes).toHaveLength(2);
    expect(snapshot.processes[0]).toMatchObject({
      pid: expect.any(Number),
      name: expect.any(String),
      memory_rss: expect.any(Number),
    });
    expect(snapshot.gpu).toHaveLength(snapshot.metrics.gpu_count ?? 0);
  });

  test("is made for reading otherwise", async () => {
    const shown = textOf(await tracelet(["snapshot"], { cwd: await temporaryFolder() }));
    for (const line of [/^CPU .*\d %/m, /^Memory .* of /m, /^Disk .* of /m, /^Network .*sent/m, /^Up /m])
      expect(shown).toMatch(line);
  });
});

test("a reader that has seen enough is no mistake", async () => {
  const cwd = await temporaryFolder();
  const many = "import sys\nfor step in range(8000): print(f'step={step} loss={1/(step+1)}')";
  await tracelet(["run", "--quiet", "--", "python3", "-c", many], { cwd });
  for (const [words, reader] of [
    ["export", "head -1"],
    ["export", "true"],
    ["runs", "head -1"],
    ["show", "true"],
  ] as const) {
    const line = `set -o pipefail; "${process.execPath}" "${EXECUTABLE}" ${words} | ${reader}`;
    const ended = await start("bash", ["-c", line], { cwd }).ended;
    expect([words, ended.code, ended.errors]).toEqual([words, 0, ""]);
  }
});

/** Ids have whole seconds: runs of different ones sort by their start. */
async function aSecondLater(run: () => Promise<Ended>): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === second) await new Promise((resolve) => setTimeout(resolve, 20));
  await run();
}

/** RFC 4180. */
function parseCsv(csv: string): string[][] {
  return csv
    .trimEnd()
    .split("\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      ),
    );
}
