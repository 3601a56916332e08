import type { IntervalCost, Overhead, OverheadProgress } from "../model/overhead.ts";
import { formatBytes, formatCount, formatNumber, formatPercent } from "../model/format.ts";
import { jsonText } from "./json-text.ts";
import { type Output, styleFor, type Surroundings, widthOf } from "./output.ts";
import { shellCommand } from "./printable.ts";
import { type Column, renderTable } from "./table.ts";

const INTERVAL_COLUMNS: readonly Column[] = [
  { head: "INTERVAL", align: "right" },
  { head: "SECONDS", align: "right" },
  { head: "SLOWDOWN" },
  { head: "A SAMPLE", align: "right" },
  { head: "CPU OF A CORE", align: "right" },
  { head: "MEMORY", align: "right" },
  { head: "A LINE", align: "right" },
];

const PROBE_COLUMNS: readonly Column[] = [{ head: "PROBE" }, { head: "CPU TIME OF A READING", align: "right" }];

/** Fewer pairs say little, however well they agree. */
const FEW_PAIRS = 6;

const STAGES = {
  probes: "reading the probes",
  calibration: "finding how much work takes a second",
  "warm-up": "running the command for the first time",
  samples: "watching the work go on around samples",
  rounds: "timing",
} as const satisfies Record<OverheadProgress["what"], string>;

/** What watching costs here, for people. */
export function renderOverhead(overhead: Overhead, out: Output, around: Surroundings): string {
  const style = styleFor(out, around);
  const options = { ...widthOf(out), paintHead: style.bold };
  const rows = overhead.intervals.map((cost) => [
    { text: `${formatNumber(cost.interval)} s` },
    { text: seconds(cost.seconds) },
    { text: slowdownText(cost) },
    { text: known(cost.sample_ms, (value) => `${signed(value, 2)} ms`) },
    { text: known(cost.tracelet_cpu_percent, (value) => `${value.toFixed(2)} %`) },
    { text: known(cost.tracelet_memory_rss, formatBytes) },
    { text: known(cost.line_latency_ms, (value) => `${signed(value, 2)} ms`) },
  ]);
  const probes = overhead.probes.map(({ id, cpu_ms: cost }) => [{ text: id }, { text: `${cost.toFixed(3)} ms` }]);
  return [
    `${seconds(overhead.baseline_seconds)} s without tracelet: ${workOf(overhead)}`,
    "",
    renderTable(INTERVAL_COLUMNS, rows, options),
    ...samplesNote(overhead),
    ...pairsNote(overhead),
    ...(overhead.once_seconds === undefined
      ? []
      : ["", `tracelet run takes ${seconds(overhead.once_seconds)} s more at its start and its end, once`]),
    "",
    renderTable(PROBE_COLUMNS, probes, options),
    "",
    style.bold(advice(overhead)),
    `the classic rule, 30 s where the slowdown is over 5 % and else 5 s: --interval ${overhead.classic_interval}`,
  ].join("\n");
}

/** The same for programs; see docs/overhead.md. */
export function overheadToJson(overhead: Overhead): string {
  return jsonText(overhead);
}

/** How far it is, as a line that the next one replaces. */
export function renderOverheadProgress(progress: OverheadProgress): string {
  const { what, elapsed, time, rounds, uncertainty } = progress;
  const done = what === "rounds" && rounds > 0 ? `, ${formatCount(rounds, "round")}` : "";
  const certain = uncertainty === undefined ? "" : `, ± ${formatNumber(Number(uncertainty.toPrecision(2)))} %`;
  return `${STAGES[what]}: ${Math.round(elapsed)} of ${formatNumber(time)} s${done}${certain}`;
}

/** `1.2 % (0.8 to 1.6)`, or that it cannot be told from none. */
function slowdownText({ slowdown_percent: percent, ci95 }: IntervalCost): string {
  if (ci95 === undefined) return `${signed(percent, 2)} %, one pair`;
  const [low, high] = ci95;
  if (low <= 0 && high >= 0) return `not measurable: ${signed(percent, 2)} % ± ${((high - low) / 2).toFixed(2)} %`;
  return `${signed(percent, 2)} % (95 %: ${signed(low, 2)} to ${signed(high, 2)})`;
}

function workOf({ command, workers = 1 }: Overhead): string {
  if (command !== undefined) return shellCommand(command);
  return `a CPU-bound and a memory-bound kernel, ${formatCount(workers, "process", "processes")} each`;
}

function samplesNote({ intervals }: Overhead): string[] {
  const seen = intervals.filter(({ samples }) => samples !== undefined);
  if (seen.length === 0) return [];
  const counts = seen.map(({ samples = 0, interval }) => `${samples} (${formatNumber(interval)} s)`);
  const runs = formatCount(seen[0]?.pairs ?? 0, "run");
  return [
    `SLOWDOWN: what the work lost around samples, ${counts.join(", ")}, and tracelet's CPU time between them`,
    `SECONDS: the median of ${runs} each, in turns, with all the noise of the machine`,
  ];
}

function pairsNote({ intervals: all }: Overhead): string[] {
  const intervals = all.filter(({ samples }) => samples === undefined);
  if (intervals.length === 0) return [];
  const pairs = Math.min(...intervals.map((cost) => cost.pairs));
  if (pairs >= FEW_PAIRS) return [`medians and trimmed means of ${pairs} pairs of runs`];
  return [
    `only ${formatCount(pairs, "pair")} of runs fitted into the time: too few to be sure; give it more with --time`,
  ];
}

function advice({ intervals, recommended_interval: recommended, budget_percent: budget }: Overhead): string {
  const chosen = intervals.find(({ interval }) => interval === recommended);
  const within = `a budget of ${formatPercent(budget)}`;
  if (chosen?.ci95 === undefined) {
    return `none of these intervals is surely within ${within}: measure longer with --time, or name longer ones with --interval`;
  }
  const most = formatPercent(Math.max(0, chosen.ci95[1]));
  return `use --interval ${formatNumber(chosen.interval)}: at most ${most} slower, within ${within}`;
}

function known(value: number | undefined, text: (value: number) => string): string {
  return value === undefined ? "not measured" : text(value);
}

function seconds(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1);
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
