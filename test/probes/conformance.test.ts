import { GPU_METRICS } from "../../src/probes/gpu-metrics.ts";
import { PROBES } from "../../src/probes/index.ts";
import { testProbe } from "../conformance/probe.ts";

/** Over a time that is too short, in a snapshot, or without such hardware these are left out; see the probes. */
const MAY_LEAVE_OUT = [
  "cpu_percent",
  "cpu_per_core",
  "cpu_pressure_percent",
  "memory_pressure_percent",
  "memory_pressure_full_percent",
  "io_pressure_percent",
  "io_pressure_full_percent",
  "container_cpu_percent",
  "container_cpu_cores_used",
  "container_cpu_throttled_percent",
  "container_disk_read_bytes_per_second",
  "container_disk_write_bytes_per_second",
  "container_cpu_pressure_percent",
  "container_cpu_pressure_full_percent",
  "container_memory_pressure_percent",
  "container_memory_pressure_full_percent",
  "container_io_pressure_percent",
  "container_io_pressure_full_percent",
  "disk_read_bytes_per_second",
  "disk_write_bytes_per_second",
  "network_bytes_sent_per_second",
  "network_bytes_recv_per_second",
  "open_files",
  "workload_cpu_percent",
  "workload_memory_rss",
  "workload_processes",
  "workload_process_counts",
  "workload_threads",
  "workload_major_faults",
  "workload_read_bytes",
  "workload_write_bytes",
  "workload_disk_read_bytes",
  "workload_disk_write_bytes",
  "workload_memory_pss",
  "tracelet_cpu_percent",
  "tracelet_memory_rss",
  ...GPU_METRICS.map(({ key }) => key).filter((key) => key !== "gpu_count"),
];

for (const { probe, on } of PROBES) {
  testProbe(probe, { mayLeaveOut: MAY_LEAVE_OUT, readsRoots: on !== "elsewhere" });
}
