import { expect, test } from "vitest";
import type { Overhead } from "../../src/model/overhead.ts";
import { overheadToJson, renderOverhead, renderOverheadProgress } from "../../src/terminal/overhead.ts";

const FOUND: Overhead = {
  baseline_seconds: 1.0123,
  intervals: [
    {
      interval: 0.1,
      seconds: 1.0221,
      slowdown_percent: 0.97,
      ci95: [0.61, 1.33],
      pairs: 9,
      tracelet_cpu_percent: 2.31,
      tracelet_memory_rss: 104_857_600,
      line_latency_ms: 0.44,
    },
    { interval: 10, seconds: 1.0113, slowdown_percent: -0.1, ci95: [-0.4, 0.2], pairs: 9 },
  ],
  probes: [{ id: "cpu", cpu_ms: 0.2149 }],
  budget_percent: 5,
  recommended_interval: 0.1,
  classic_interval: 5,
  once_seconds: 0.1834,
  workers: 2,
};

test("a row for each interval says what it costs, or that it cannot be measured", () => {
  expect(renderOverhead(FOUND, {}, {}).split("\n")).toEqual([
    "1.012 s without tracelet: a CPU-bound and a memory-bound kernel, 2 processes each",
    "",
    "INTERVAL  SECONDS  SLOWDOWN                              A SAMPLE  CPU OF A CORE        MEMORY        A LINE",
    "   0.1 s    1.022  0.97 % (95 %: 0.61 to 1.33)       not measured         2.31 %       100 MiB       0.44 ms",
    "    10 s    1.011  not measurable: −0.10 % ± 0.30 %  not measured   not measured  not measured  not measured",
    "medians and trimmed means of 9 pairs of runs",
    "",
    "tracelet run takes 0.183 s more at its start and its end, once",
    "",
    "PROBE  CPU TIME OF A READING",
    "cpu                 0.215 ms",
    "",
    "use --interval 0.1: at most 1.3 % slower, within a budget of 5 %",
    "the classic rule, 30 s where the slowdown is over 5 % and else 5 s: --interval 5",
  ]);
});

test("where samples were looked at, it is told what each took, and what the seconds are worth", () => {
  const [short, long] = FOUND.intervals.map((cost) => ({ ...cost, samples: 80, sample_ms: 0.9, paired_percent: 3 }));
  if (short === undefined || long === undefined) throw new Error("no intervals");
  const lines = renderOverhead({ ...FOUND, intervals: [short, { ...long, samples: 1 }] }, {}, {}).split("\n");
  expect(lines.slice(3, 7)).toEqual([
    "   0.1 s    1.022  0.97 % (95 %: 0.61 to 1.33)        0.90 ms         2.31 %       100 MiB       0.44 ms",
    "    10 s    1.011  not measurable: −0.10 % ± 0.30 %   0.90 ms   not measured  not measured  not measured",
    "SLOWDOWN: what the work lost around samples, 80 (0.1 s), 1 (10 s), and tracelet's CPU time between them",
    "SECONDS: the median of 9 runs each, in turns, with all the noise of the machine",
  ]);
});

test("too few pairs and a budget that nothing keeps are told", () => {
  const few: Overhead = {
    baseline_seconds: 90,
    intervals: [{ interval: 1, seconds: 99, slowdown_percent: 10, pairs: 1 }],
    probes: [],
    budget_percent: 5,
    classic_interval: 30,
    command: ["python", "train me.py"],
  };
  const text = renderOverhead(few, {}, {});
  expect(text).toContain("90.0 s without tracelet: python 'train me.py'\n");
  expect(text).toContain("10.00 %, one pair");
  expect(text).toContain("only 1 pair of runs fitted into the time: too few to be sure; give it more with --time");
  expect(text).toContain("none of these intervals is surely within a budget of 5 %");
});

test("as JSON it is as it was measured", () => {
  expect(JSON.parse(overheadToJson(FOUND))).toEqual(FOUND);
});

test("the progress says what is done and for how long", () => {
  expect(renderOverheadProgress({ what: "probes", elapsed: 1.2, time: 60, rounds: 0 })).toBe(
    "reading the probes: 1 of 60 s",
  );
  expect(renderOverheadProgress({ what: "rounds", elapsed: 31, time: 60, rounds: 3, uncertainty: 0.456 })).toBe(
    "timing: 31 of 60 s, 3 rounds, ± 0.46 %",
  );
});
