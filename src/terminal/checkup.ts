import type { ChalkInstance } from "chalk";
import type { BackendCheck, Checkup, ProbeCheck } from "../model/checkup.ts";
import { problemsOf } from "../model/checkup.ts";
import { formatCount } from "../model/format.ts";
import { withGpusCounted, withGpusTogether } from "./gpu-keys.ts";
import { jsonText } from "./json-text.ts";
import { type Output, styleFor, type Surroundings, widthOf } from "./output.ts";
import { printable } from "./printable.ts";
import { padded, textWidth, wrapped } from "./width.ts";

type State = ProbeCheck["state"] | BackendCheck["state"];

interface Entry {
  readonly name: string;
  readonly state: State;
  readonly cost: string;
  /** What it gives, or why not. */
  readonly sentences: readonly string[];
}

/** What `tracelet doctor` found, for people. */
export function renderCheckup(checkup: Checkup, out: Output, around: Surroundings = {}): string {
  const style = styleFor(out, around);
  const probes = checkup.probes.map(probeEntry);
  const backends = checkup.backends.map(backendEntry);
  const entries = [...probes, ...backends];
  const column = (text: (entry: Entry) => string) => Math.max(0, ...entries.map((entry) => textWidth(text(entry))));
  const layout = {
    name: column(({ name }) => name) + 2,
    state: column(({ state }) => state) + 2,
    cost: column(({ cost }) => cost),
    ...widthOf(out),
    style,
  };
  const problems = problemsOf(checkup);
  return [
    style.bold("Probes"),
    ...probes.flatMap((entry) => rowsOf(entry, layout)),
    "",
    style.bold("Backends"),
    ...backends.flatMap((entry) => rowsOf(entry, layout)),
    "",
    problems.length === 0
      ? "nothing is wrong here"
      : style.red(`${formatCount(problems.length, "problem")}: ${problems.join("; ")}`),
  ].join("\n");
}

/** The same for programs. `ok` says what the exit status says. */
export function checkupToJson(checkup: Checkup): string {
  const problems = problemsOf(checkup);
  return jsonText({ ok: problems.length === 0, problems, ...checkup });
}

function probeEntry({ probe, state, keys, unavailable, notes = [], cpu_microseconds: cost }: ProbeCheck): Entry {
  const lacks = unavailable.map(({ metrics, reason, hint }) => {
    const which = keys.length === 0 && unavailable.length === 1 ? "" : `${withGpusCounted(metrics).join(", ")}: `;
    return `${which}${reason}${hint === undefined ? "" : ` (${hint})`}`;
  });
  return {
    name: probe,
    state,
    cost: cost === undefined ? "" : `${(cost / 1000).toFixed(3)} ms`,
    sentences: [...notes, ...(keys.length === 0 ? [] : [withGpusTogether(keys).join(", ")]), ...lacks],
  };
}

function backendEntry({ backend, state, reason, hint }: BackendCheck): Entry {
  const why = reason === undefined ? [] : [`${reason}${hint === undefined ? "" : ` (${hint})`}`];
  return { name: backend, state, cost: "", sentences: why };
}

interface Layout {
  readonly name: number;
  readonly state: number;
  readonly cost: number;
  readonly width?: number;
  readonly style: ChalkInstance;
}

function rowsOf({ name, state, cost, sentences }: Entry, { style, width, ...columns }: Layout): string[] {
  const costs = columns.cost === 0 ? "" : `${cost.padStart(columns.cost)}  `;
  const indent = 2 + columns.name + columns.state + costs.length;
  const rows = sentences.flatMap((sentence) =>
    wrapped(printable(sentence).split(" "), " ", width === undefined ? undefined : width - indent),
  );
  const head = `  ${padded(printable(name), columns.name)}${paint(state, style)(padded(state, columns.state))}${costs}`;
  const [first = "", ...more] = rows;
  return [`${head}${first}`.trimEnd(), ...more.map((row) => " ".repeat(indent) + row)];
}

function paint(state: State, style: ChalkInstance): ChalkInstance {
  if (state === "works") return style.green;
  if (state === "failed") return style.red;
  return state === "partly" ? style.yellow : style.dim;
}
