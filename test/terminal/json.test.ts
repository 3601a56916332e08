import { describe, expect, test } from "vitest";
import { csvHeader, pointToCsv, pointToJson } from "../../src/terminal/points.ts";
import { runsToJson, viewToJson } from "../../src/terminal/run-json.ts";
import { snapshotToJson } from "../../src/terminal/snapshot-json.ts";
import { FALLING, FULL_RUN, PLAIN_RUN, ROWS } from "./literals.ts";

const RUNTIME = { platform: "linux", version: "v20.20.2" };

describe("runs --json", () => {
  test("has null for what is not known and the signal where there was one", () => {
    expect(JSON.parse(runsToJson(ROWS))).toEqual([
      {
        id: "20261122-211530-aaaa",
        name: "calm-heron",
        project: "digits",
        status: "running",
        exit_code: null,
        started: "2026-11-22T21:15:30.000Z",
        ended: null,
      },
      {
        id: "20261122-201530-k3f9",
        name: "brave-otter",
        project: "digits",
        status: "killed",
        exit_code: null,
        signal: "SIGTERM",
        started: "2026-11-22T20:15:30.000Z",
        ended: "2026-11-22T20:17:33.000Z",
      },
    ]);
  });

  test("is a list when there are none", () => expect(runsToJson([])).toBe("[]"));
});

describe("show --json", () => {
  test("has everything of a run", () => {
    const shown = JSON.parse(viewToJson(FULL_RUN));
    expect(Object.keys(shown)).toEqual(
      "id name project status exit_code started ended command cwd host directory interval params tags verdict metrics system gpu machine alerts actions closeups death unavailable gaps damage uploads".split(
        " ",
      ),
    );
    expect(shown).toMatchObject({ status: "failed", exit_code: 3, ended: "2026-11-22T21:17:30.000Z" });
    expect(shown.metrics.loss).toEqual({
      count: 100,
      first: 2.31,
      last: 0.12,
      min: 0.11,
      max: 2.31,
      first_step: 1,
      last_step: 100,
      min_step: 90,
      max_step: 1,
      nan: 0,
    });
    expect(shown.system.cpu_percent).toEqual({ count: 9, last: 80, mean: 83.2, min: 1.25, max: 100 });
    expect(shown.alerts[1]).toEqual({
      rule: "cpu_percent > 90",
      metric: "cpu_percent",
      value: 100,
      threshold: 90,
      comparison: ">",
      severity: "critical",
      state: "firing",
      timestamp: "2026-11-22T21:00:00.000Z",
      ended: null,
    });
    expect(shown.uploads).toEqual(FULL_RUN.uploads);
  });

  test("has what the GPUs came to, or says that there were none", () => {
    expect(JSON.parse(viewToJson(PLAIN_RUN)).gpu).toBe(null);
    const gpu = { count: 2, hours: 3, joules: 4.5, idlePercent: 50, peakMemory: 7 };
    expect(JSON.parse(viewToJson({ ...PLAIN_RUN, gpu })).gpu).toEqual({
      count: 2,
      hours: 3,
      energy_joules: 4.5,
      idle_percent: 50,
      peak_memory: 7,
      peak_memory_percent: null,
    });
  });

  test("writes what JSON has no number for as strings", () => {
    const metrics = { loss: { ...FALLING, last: NaN, max: Infinity, min: -Infinity } };
    expect(JSON.parse(viewToJson({ ...PLAIN_RUN, metrics })).metrics.loss).toMatchObject({
      last: "NaN",
      max: "Infinity",
      min: "-Infinity",
    });
  });

  test("is printed with two spaces", () => expect(viewToJson(PLAIN_RUN)).toMatch(/^\{\n {2}"id"/));
});

describe("points", () => {
  const POINT = {
    name: "loss",
    value: 0.5,
    step: 3,
    timestamp: "2026-11-22T20:15:30.000Z",
    source: "training",
  } as const;

  test("are one line each", () => {
    expect(csvHeader()).toBe("name,value,step,timestamp,source");
    expect(pointToCsv(POINT)).toBe("loss,0.5,3,2026-11-22T20:15:30.000Z,training");
    expect(pointToJson(POINT)).toBe(
      '{"name":"loss","value":0.5,"step":3,"timestamp":"2026-11-22T20:15:30.000Z","source":"training"}',
    );
  });

  test("quote names as RFC 4180 wants it", () => {
    expect(pointToCsv({ ...POINT, name: 'a,"b"' })).toMatch(/^"a,""b""",0\.5,/);
    expect(pointToCsv({ ...POINT, name: "a\nb" })).toMatch(/^"a\nb",/);
  });

  test.each([
    [NaN, "NaN"],
    [Infinity, "Infinity"],
    [-Infinity, "-Infinity"],
    ["NaN", "NaN"],
    ["-Infinity", "-Infinity"],
  ] as const)("%s is %s in both", (value, text) => {
    expect(pointToCsv({ ...POINT, value })).toContain(`loss,${text},3`);
    expect(JSON.parse(pointToJson({ ...POINT, value })).value).toBe(text);
  });
});

describe("snapshot --json", () => {
  test("has what was read, under the names of the vocabulary", () => {
    const snapshot = {
      timestamp: 0,
      metrics: { cpu_percent: 4, load_average: [1, 2, 3] },
      gpu: [{ index: 0 }],
      unavailable: [],
    };
    expect(JSON.parse(snapshotToJson(snapshot, RUNTIME))).toEqual({
      ...snapshot,
      timestamp: "1970-01-01T00:00:00.000Z",
    });
  });

  test("says what it can when nothing could be read", () => {
    const unavailable = [{ state: "unavailable", metrics: ["cpu_percent"], reason: "there is no /proc" }] as const;
    expect(JSON.parse(snapshotToJson({ timestamp: 0, metrics: {}, gpu: [], unavailable }, RUNTIME))).toEqual({
      timestamp: "1970-01-01T00:00:00.000Z",
      metrics: {},
      gpu: [],
      unavailable,
      error: "this machine could not be read: there is no /proc",
      fallback_metrics: { timestamp: "1970-01-01T00:00:00.000Z", platform: "linux", node_version: "v20.20.2" },
    });
    expect(snapshotToJson({ timestamp: 0, metrics: {}, gpu: [], unavailable: [] }, RUNTIME)).toContain("switched off");
  });
});
