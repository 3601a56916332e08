import { describe, expect, test } from "vitest";

import type { MetricSpec, Unit } from "../../src/model/metric.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { snapshotCsvHeader, snapshotToCsv } from "../../src/terminal/snapshot-csv.ts";
import { snapshotToPrometheus } from "../../src/terminal/snapshot-prometheus.ts";

const spec = (key: string, unit: Unit, kind: MetricSpec["kind"] = "gauge"): MetricSpec => ({
  key,
  unit,
  kind,
  description: `What ${key} is.`,
  source: "a test",
});
const SPECS = [
  spec("cpu_percent", "percent"),
  spec("cpu_per_core", "percent"),
  spec("load_average", "load"),
  spec("memory_used", "bytes"),
  spec("disk_read_bytes", "bytes", "counter"),
  spec("disk_read_bytes_per_second", "bytes_per_second"),
  spec("network_packets_sent", "count", "counter"),
  spec("process_counts", "count"),
  spec("gpu_<i>_utilization", "percent"),
  spec("tracelet_cpu_percent", "percent"),
];
const SNAPSHOT: Snapshot = {
  timestamp: Date.UTC(2026, 10, 22, 20, 15, 30, 5),
  metrics: {
    cpu_percent: 41.5,
    cpu_per_core: [10, 73],
    load_average: [1, 0.5, 0.25],
    memory_used: 6_000_000_000,
    disk_read_bytes: 7,
    disk_read_bytes_per_second: 0.5,
    network_packets_sent: 9,
    process_counts: { running: 2, "disk-sleep": 1 },
    tracelet_cpu_percent: 0.4,
    queue_length: 3,
  },
  gpu: [{ index: 0, name: 'A "card"\\', utilization: 83 }],
  unavailable: [],
};

describe("Prometheus", () => {
  const text = snapshotToPrometheus(SNAPSHOT, SPECS);

  test("has names with units, counters that say so, and lists as labels", () => {
    expect(text.split("\n").filter((line) => !line.startsWith("#"))).toEqual([
      "tracelet_cpu_percent 41.5",
      'tracelet_cpu_core_percent{core="0"} 10',
      'tracelet_cpu_core_percent{core="1"} 73',
      'tracelet_load_average{minutes="1"} 1',
      'tracelet_load_average{minutes="5"} 0.5',
      'tracelet_load_average{minutes="15"} 0.25',
      "tracelet_memory_used_bytes 6000000000",
      "tracelet_disk_read_bytes_total 7",
      "tracelet_disk_read_bytes_per_second 0.5",
      "tracelet_network_packets_sent_total 9",
      'tracelet_process_count{state="running"} 2',
      'tracelet_process_count{state="disk_sleep"} 1',
      "tracelet_self_cpu_percent 0.4",
      "tracelet_queue_length 3",
      'tracelet_gpu_utilization_percent{gpu="0",name="A \\"card\\"\\\\"} 83',
    ]);
  });

  test("says of each name once what it is, before its samples", () => {
    const lines = text.split("\n");
    const heads = lines.filter((line) => line.startsWith("# TYPE"));
    expect(new Set(heads).size).toBe(heads.length);
    expect(lines.slice(0, 3)).toEqual([
      "# HELP tracelet_cpu_percent What cpu_percent is.",
      "# TYPE tracelet_cpu_percent gauge",
      "tracelet_cpu_percent 41.5",
    ]);
    expect(heads).toContain("# TYPE tracelet_disk_read_bytes_total counter");
    for (const line of lines.filter((each) => !each.startsWith("#"))) {
      expect(line).toMatch(/^[a-z_]+(\{([a-z]+="([^"\\]|\\.)*",?)+\})? -?[\d.e+]+$/);
    }
  });
});

test("CSV has a line for every number, with its unit", () => {
  expect(snapshotCsvHeader()).toBe("timestamp,name,value,unit");
  const lines = snapshotToCsv(SNAPSHOT, SPECS).split("\n");
  expect(lines).toHaveLength(15);
  expect(lines[0]).toBe("2026-11-22T20:15:30.005Z,cpu_percent,41.5,percent");
  expect(lines).toContain("2026-11-22T20:15:30.005Z,disk_read_bytes_per_second,0.5,bytes_per_second");
  expect(lines).toContain("2026-11-22T20:15:30.005Z,gpu_0_utilization,83,percent");
});
