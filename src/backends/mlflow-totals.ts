import type { RunTotals } from "../model/backend.ts";
import type { RunEnd } from "../model/run.ts";

/** MLflow's words; an unknown one would be answered with 200 and change nothing. */
export const MLFLOW_STATUS = {
  finished: "FINISHED",
  failed: "FAILED",
  killed: "KILLED",
  crashed: "FAILED",
} as const satisfies Record<RunEnd["status"], string>;

const GIBIBYTE = 1024 ** 3;
const JOULES_PER_WATT_HOUR = 3600;

/** The params that stand beside a run in MLflow's table. What is not known is left out. */
export function totalsAsParams(totals: RunTotals): Record<string, string> {
  const numbers = {
    avg_cpu_usage: totals.cpuPercent?.mean,
    max_cpu_usage: totals.cpuPercent?.max,
    avg_memory_usage: totals.memoryPercent?.mean,
    max_memory_usage: totals.memoryPercent?.max,
    alert_count: totals.alerts,
    critical_alerts: totals.criticalAlerts,
    cpu_cores: totals.cpuCores,
    memory_gb: gibibytes(totals.memoryTotal),
    gpu_count: totals.gpu?.count,
    gpu_hours: totals.gpu?.hours,
    gpu_energy_joules: totals.gpu?.joules,
    gpu_energy_wh: totals.gpu?.joules === undefined ? undefined : totals.gpu.joules / JOULES_PER_WATT_HOUR,
    gpu_idle_percent: totals.gpu?.idlePercent,
    max_gpu_memory_gb: gibibytes(totals.gpu?.peakMemory),
  };
  const params: Record<string, string> = {
    system_monitoring: totals.monitoring,
    // A column that is compared over runs: no alert is a fact of its own, and no number.
    max_cpu_alert: totals.maxCpuAlert === undefined ? "none" : decimal(totals.maxCpuAlert),
  };
  for (const [key, value] of Object.entries(numbers)) {
    if (value !== undefined && Number.isFinite(value)) params[key] = decimal(value);
  }
  if (totals.monitoringError !== undefined) params["error"] = totals.monitoringError;
  return params;
}

function gibibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / GIBIBYTE;
}

/** At most two decimals, and no exponent for any number a machine can have. */
function decimal(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}
