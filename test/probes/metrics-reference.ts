import type { MetricSpec } from "../../src/model/metric.ts";
import { PROBES, type Registration } from "../../src/probes/index.ts";

/** The text of docs/metrics.md. It is made from what the probes declare, so that the two cannot differ. */
export function metricsReference(): string {
  const registry: readonly Registration[] = PROBES;
  const onLinux = registry.filter(({ on }) => on !== "elsewhere");
  return `${INTRODUCTION}
${onLinux.map(section).join("\n\n")}
`;
}

const SWITCHES: Readonly<Record<Registration["group"], string>> = {
  system: "`track_system`",
  gpu: "`track_gpu`",
  disk: "`track_disk`",
  network: "`track_network`",
  perCpu: "`include_per_cpu`",
  always: "nothing: it is always read",
};

const INTRODUCTION = `<!-- Made from src/probes; do not edit. Written by: npx vitest run test/probes/metrics-reference.test.ts -u -->

# System metrics

Every key of \`tracelet snapshot --json\`, of a sample in the journal, and for alert rules. Percent is 0–100, sizes are
bytes; a share of CPU that is "of one core" has 400 for four busy cores. A counter only grows: when a device resets or goes
away, its total goes on from where it was. A rate or a share of time is over the time since the reading before it: an
interval in a run, one second in a snapshot. What changes slowly is read every few seconds only, however short the interval;
the last sample of a run has everything.

What cannot be read is absent and has a reason, in \`unavailable\`. It is never 0 and never −1.

Lists become one series per entry: \`load_average_1m\`, \`_5m\` and \`_15m\`, \`cpu_core_<i>_percent\`,
\`process_count_<state>\`, \`workload_process_count_<state>\`. \`<i>\` is a number from 0.

The workload is the command and everything below it; also what has left it, as daemons do; its whole session, where it leads
one; and what carries the run's id in \`TRACELET_RUN_ID\`: with \`tracelet run -- srun …\` the steps on this machine, which are below
Slurm's daemon. Ranks that each have a wrapper of their own (\`srun tracelet run -- …\`) are a run each. What tracelet itself
starts is none of it.

The sources are those of Linux. On macOS and Windows CPU, load, memory and network come from the system through Node and
systeminformation; what it does not tell is absent there.
`;

function section({ probe, group, every }: Registration): string {
  const pace = every === undefined ? "" : ` In a run it is read every ${every} seconds at most.`;
  const rows = probe.metrics.map((metric: MetricSpec) => [
    `\`${metric.key}\``,
    metric.unit.replaceAll("_", " "),
    metric.kind,
    plain(metric.description),
    plain(metric.source),
  ]);
  return `## ${probe.id.replaceAll("_", " ")}

Switched by ${SWITCHES[group]}.${pace}

${alignedTable([["key", "unit", "kind", "meaning", "read from"], ...rows])}`;
}

/** Text in which Markdown finds nothing of its own; code between backticks stays as it is. */
function plain(text: string): string {
  return text.replaceAll(/`[^`]*`|[*<|]/g, (found) => (found.length > 1 ? found : `\\${found}`));
}

/** A table in columns of one width, as the formatter of this repository writes it. */
function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head, ...body] = rows.map((row) => widths.map((width, column) => (row[column] ?? "").padEnd(width)));
  const rule = widths.map((width) => "-".repeat(width));
  return [head ?? [], rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
