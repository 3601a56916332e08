import type { RunTotals } from "../model/backend.ts";
import type { RunView, SeriesSummary } from "../model/view.ts";

const CRITICAL = ["cpu_percent", "memory_percent"] as const;

/** Series that are only there where system metrics were asked for. */
const SYSTEM_SERIES = /^(cpu|memory|swap|load_average)_/;

/** What a run came to, for the trackers that show it beside the run. */
export function totalsOf(view: RunView): RunTotals {
  const { system } = view;
  const cpuPercent = meanAndMax(system["cpu_percent"]);
  const memoryPercent = meanAndMax(system["memory_percent"]);
  const cpuCores = system["cpu_count_logical"]?.last;
  const memoryTotal = system["memory_total"]?.last;
  return {
    ...(cpuPercent === undefined ? {} : { cpuPercent }),
    ...(memoryPercent === undefined ? {} : { memoryPercent }),
    alerts: view.alertCount.all,
    criticalAlerts: view.alertCount.critical,
    ...(view.maxCpuAlert === undefined ? {} : { maxCpuAlert: view.maxCpuAlert }),
    ...(view.alerts.length === 0 ? {} : { episodes: view.alerts }),
    ...(view.findings === undefined ? {} : { findings: view.findings }),
    ...(view.death === undefined ? {} : { death: view.death }),
    ...monitoringOf(view),
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(memoryTotal === undefined ? {} : { memoryTotal }),
    ...(view.gpu === undefined ? {} : { gpu: view.gpu }),
  };
}

/**
 * `disabled` where nothing shows that system metrics were asked for: neither a series of theirs nor a reason why one of
 * the two that matter is missing.
 */
function monitoringOf(view: RunView): Pick<RunTotals, "monitoring" | "monitoringError"> {
  const missing = CRITICAL.filter((key) => view.system[key] === undefined);
  if (missing.length === 0) return { monitoring: "enabled" };
  const reasons = view.unavailable.filter(({ metrics }) => missing.some((key) => metrics.includes(key)));
  const askedFor = reasons.length > 0 || Object.keys(view.system).some((key) => SYSTEM_SERIES.test(key));
  if (!askedFor) return { monitoring: "disabled" };
  const reason = [...new Set(reasons.map(({ reason }) => reason))].join("; ");
  const why = reason === "" ? "no sample has them" : reason;
  return { monitoring: "failed", monitoringError: `${missing.join(" and ")} could not be read: ${why}` };
}

function meanAndMax(series: SeriesSummary | undefined): { mean: number; max: number } | undefined {
  return series === undefined ? undefined : { mean: series.mean, max: series.max };
}
