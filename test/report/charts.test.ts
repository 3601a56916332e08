import { describe, expect, test } from "vitest";
import { PROBES } from "../../src/probes/index.ts";
import { Collector } from "../../src/report/collector.ts";
import { gpuCharts, gpuSeries } from "../../src/report/gpu-charts.ts";
import { machineCharts } from "../../src/report/machine-charts.ts";
import { trainingCharts } from "../../src/report/training-charts.ts";
import { specOfSeries } from "../../src/terminal/spec-of-series.ts";
import { metricsRecord, sampleRecord } from "./scenes.ts";

const specs = PROBES.flatMap(({ probe }) => probe.metrics);
const specOf = (key: string) => specOfSeries(key, specs);

function collected(...samples: readonly Readonly<Record<string, number>>[]) {
  const collector = new Collector();
  for (const [index, metrics] of samples.entries()) collector.add(sampleRecord(index * 1000, index, metrics));
  return collector.collected.system;
}

function titlesOf(...names: readonly string[]) {
  const collector = new Collector();
  collector.add(metricsRecord(0, 1, Object.fromEntries(names.map((name) => [name, 1]))));
  return trainingCharts(collector.collected.training).map(({ title, lines }) => [
    title,
    ...lines.map(({ key }) => key),
  ]);
}

describe("charts of a training", () => {
  test("have metrics that measure the same together, and a loss first", () => {
    expect(titlesOf("lr", "val_acc", "train/loss", "val/loss", "train_acc")).toEqual([
      ["loss", "train/loss", "val/loss"],
      ["acc", "val_acc", "train_acc"],
      ["lr", "lr"],
    ]);
  });

  test("have no more lines than can be told apart", () => {
    const names = Array.from({ length: 8 }, (_, layer) => `norm/layer${layer}`);
    expect(titlesOf(...names)).toEqual([
      ["norm/layer0 to norm/layer5", ...names.slice(0, 6)],
      ["norm/layer6 to norm/layer7", ...names.slice(6)],
    ]);
  });

  test("have a name that is nothing but a split", () => {
    expect(titlesOf("train/")).toEqual([["train/", "train/"]]);
  });
});

describe("charts of the machine", () => {
  test("have CPU and memory with all of 0 to 100 %", () => {
    const charts = machineCharts(collected({ cpu_percent: 3, memory_percent: 4 }), specOf);
    expect(charts.map(({ title, unit, isWhole }) => [title, unit, isWhole])).toEqual([
      ["CPU", "percent", true],
      ["Memory", "percent", true],
    ]);
  });

  test("show what a counter grows by, and nothing where it began anew", () => {
    const charts = machineCharts(
      collected(
        { workload_read_bytes: 0 },
        { workload_read_bytes: 2048 },
        { workload_read_bytes: 100 },
        { workload_read_bytes: 1124 },
      ),
      specOf,
    );
    expect(
      charts.map(({ title, unit, lines }) => [title, unit, lines[0] && [...lines[0].buckets].map(({ mean }) => mean)]),
    ).toEqual([["workload_read_bytes, per second", "bytes_per_second", [2048, 1024]]]);
  });

  test("leave out what never changes, such as the size of the memory", () => {
    expect(machineCharts(collected({ memory_total: 9 }, { memory_total: 9 }), specOf)).toEqual([]);
  });

  test("have series of custom probes, in the unit that their key ends with", () => {
    const charts = machineCharts(collected({ room_temperature: 20 }, { room_temperature: 21 }), specOf);
    expect(charts.map(({ title, unit, part }) => [title, unit, part])).toEqual([
      ["room_temperature", "celsius", "more"],
    ]);
  });
});

describe("charts of GPUs", () => {
  test("have a line for each device, parts of devices too", () => {
    const charts = gpuCharts(
      gpuSeries(
        collected({
          gpu_0_utilization: 1,
          gpu_1_utilization: 2,
          gpu_0_mig_1_memory_used: 3,
          gpu_1_power: 300,
          gpu_count: 2,
        }),
      ),
      specOf,
    );
    expect(charts.map(({ title, unit, lines }) => [title, unit, ...lines.map(({ label }) => label)])).toEqual([
      ["GPU utilization", "percent", "GPU 0", "GPU 1"],
      ["GPU memory in use", "bytes", "GPU 0 MIG 1"],
      ["GPU power", "watts", "GPU 1"],
    ]);
  });

  test("have what nobody foresaw, under the words of its key", () => {
    const [chart] = gpuCharts(gpuSeries(collected({ gpu_0_nvlink_errors: 1 }, { gpu_0_nvlink_errors: 2 })), specOf);
    expect([chart?.title, chart?.part]).toEqual(["GPU nvlink errors", "more"]);
  });
});
