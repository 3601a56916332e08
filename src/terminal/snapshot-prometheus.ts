import type { MetricSpec, Unit } from "../model/metric.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { seriesOfSnapshot } from "./snapshot-series.ts";
import { specOfSeries } from "./spec-of-series.ts";

interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: string[];
}

/** What Prometheus wants at the end of a name. https://prometheus.io/docs/practices/naming/ */
const UNIT_SUFFIXES: Readonly<Partial<Record<Unit, string>>> = {
  bytes: "_bytes",
  percent: "_percent",
  celsius: "_celsius",
  watts: "_watts",
  joules: "_joules",
  megahertz: "_megahertz",
  cores: "_cores",
};

/**
 * One snapshot in Prometheus' text format 0.0.4, for a textfile collector, without the last line end.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 *
 * Names are our keys behind `tracelet_`, with the unit and, for counters, `_total` at the end. What is a list for us has
 * a label for its entries: `core`, `minutes`, `state`, `gpu` (and `mig` of a part of one).
 */
export function snapshotToPrometheus(snapshot: Snapshot, specs: readonly MetricSpec[]): string {
  const families = new Map<string, Family>();
  const names = new Map(snapshot.gpu.map(({ index, name }) => [String(index), name]));
  for (const [key, value] of seriesOfSnapshot(snapshot)) {
    const { base, labels } = split(key);
    const spec = specOfSeries(key, specs);
    const type = spec?.kind ?? "gauge";
    const name = familyName(base, spec);
    const family = families.get(name) ?? { name, type, help: spec?.description ?? base, samples: [] };
    const device = labels["gpu"] === undefined ? undefined : names.get(labels["gpu"]);
    family.samples.push(
      `${name}${labelText({ ...labels, ...(device === undefined ? {} : { name: device }) })} ${value}`,
    );
    families.set(name, family);
  }
  return [...families.values()]
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", " ")}`,
      `# TYPE ${name} ${type}`,
      ...samples,
    ])
    .join("\n");
}

/** What is a list for us is one name with a label. A MIG device has the number of its GPU and its own. */
const LISTS: readonly (readonly [series: RegExp, base: string, label: string])[] = [
  [/^cpu_core_(?<entry>\d+)_percent$/, "cpu_core_percent", "core"],
  [/^load_average_(?<entry>\d+)m$/, "load_average", "minutes"],
  [/^process_count_(?<entry>\w+)$/, "process_count", "state"],
  [/^gpu_(?<entry>\d+)_(?:mig_(?<mig>\d+)_)?(?<base>\w+)$/, "gpu_", "gpu"],
];

function split(key: string): { base: string; labels: Readonly<Record<string, string>> } {
  for (const [series, base, label] of LISTS) {
    const groups = series.exec(key)?.groups;
    if (groups === undefined) continue;
    const part = groups["mig"] === undefined ? {} : { mig: groups["mig"] };
    return { base: `${base}${groups["base"] ?? ""}`, labels: { [label]: groups["entry"] ?? "", ...part } };
  }
  return { base: key, labels: {} };
}

function familyName(base: string, spec: MetricSpec | undefined): string {
  // Our own cost would else have the name of the machine's.
  const name = `tracelet_${base.replace(/^tracelet_/, "self_")}`.replaceAll(/[^A-Za-z0-9_]/g, "_");
  const suffix = (spec && UNIT_SUFFIXES[spec.unit]) ?? "";
  const withUnit = suffix === "" || name.includes(suffix) ? name : `${name}${suffix}`;
  return spec?.kind === "counter" ? `${withUnit}_total` : withUnit;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
