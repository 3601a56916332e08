/** The series that users are promised for every sample on Linux, by the switch that they belong to. */
export const SYSTEM_KEYS = {
  cpu: [
    "cpu_percent",
    "cpu_count_logical",
    "cpu_count_physical",
    "load_average_1m",
    "load_average_5m",
    "load_average_15m",
  ],
  memory: ["memory_total", "memory_available", "memory_used", "memory_percent", "swap_total", "swap_used"],
  disk: ["disk_total", "disk_used", "disk_free", "disk_percent", "disk_read_bytes", "disk_write_bytes"],
  network: ["network_bytes_sent", "network_bytes_recv", "network_packets_sent", "network_packets_recv"],
  processes: ["total_processes", "process_count_running", "process_count_sleeping", "system_uptime_hours"],
  own: ["tracelet_cpu_percent", "tracelet_memory_rss"],
} as const;
