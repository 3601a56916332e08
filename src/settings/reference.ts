import { defaultText } from "./flags.ts";
import type { SettingName } from "./table.ts";
import { settingNames, specOf, variableOf } from "./table.ts";

/** The text of docs/settings.md. It is made from the table, so that the two cannot differ. */
export function settingsReference(): string {
  const names = settingNames();
  return `${INTRODUCTION}
## All settings

${alignedTable([["setting", "flag", "variable", "default", "meaning"], ...names.map(toRow)])}

${NOTES}
## All settings in a file

The same in \`tracelet.toml\`; in \`pyproject.toml\` the tables are \`[tool.tracelet]\`, \`[tool.tracelet.param]\` and
\`[tool.tracelet.tag]\`.

\`\`\`toml
${names.filter(isPlain).map(toLine).join("\n")}

${names.filter(isTable).map(toTable).join("\n\n")}
\`\`\`

${METRIC_RULES}
${CUSTOM_PROBES}`;
}

const METRIC_RULES = `## Rules for metrics of your own

Metrics are found in what the command prints without any configuration. Where a line is read otherwise than you want it,
a file can say how: each \`[[metric]]\` (in \`pyproject.toml\`: \`[[tool.tracelet.metric]]\`) is a pattern, which is looked for
anywhere in a line as a terminal would show it.

\`\`\`toml
[[metric]]
pattern = "loss {loss} acc {acc}% at {step}" # a template: the line, with {name} for each number

[[metric]]
pattern = 'Iter\\s+(?<it>\\d+).*?psnr=(?<val>\\S+)' # a regular expression with groups; in single quotes, for the backslashes
name = "val/psnr" # left out: the name of the group
step = "it" # the group that is the step; left out: "step", "epoch" and the like, or as for other lines
\`\`\`

- In a template blanks stand for any number of blanks, \`*\` for any text, \`{_}\` for a number that is of no interest, \`{{\` for
  a brace. A format as in Python, \`{loss:.4f}\`, is passed over.
- A regular expression has what ECMAScript and Python have in common: groups, \`(?<name>…)\` or \`(?P<name>…)\`, choices,
  classes, \`\\d \\w \\s \\b ^ $\`, \`* + ? {2,5}\` greedy and lazy, \`(?i)\` in front. A name may have \`/ . - @\` in it. There are no
  look-arounds and no back-references: the time that a search takes grows with the line and nothing else, so no pattern
  can stop the watcher. At most 500 steps a pattern, 50 patterns, and the first 8 KiB of a line.
- Every rule that matches gives its numbers; of two with one name the first counts. A line that a rule takes is read
  by rules alone. A group that is no number is no metric; one whose name begins with \`_\` is none either.
- With \`name\` the metric is the group \`value\`, or the only group beside the step.
- \`include\` and \`exclude\` are about the names of all metrics of the output, with \`*\` for any text and \`?\` for any
  character; \`exclude\` wins. \`--no-track-metrics\` looks for none, rules or not. What a program says by itself, through
  \`TRACELET_METRICS\`, counts in any case.
- \`tracelet extract\` uses the rules of the folder it is typed in: \`--explain\` names the rule that took a line.
`;

const CUSTOM_PROBES = `## Probes of your own

Only a file has these. Each \`[[probe]]\` (in \`pyproject.toml\`: \`[[tool.tracelet.probe]]\`) is a command that prints numbers,
or an ES module. Its numbers are sampled, uploaded and judged by alert rules like all others.

\`\`\`toml
[[probe]]
name = "queue" # what its keys begin with
command = "squeue --me --noheader | wc -l"
interval = 30 # seconds from one start to the next; 10 when left out
timeout = 5 # seconds after which it is killed; 5 when left out

[[probe]]
name = "licences"
module = "probes/licences.mjs" # meant from the file's folder
\`\`\`

- \`command\` is text for the shell, or a list of a program and its arguments; it runs in the file's folder. A number alone
  becomes \`queue\`; lines of \`key=value\` and the numbers of a JSON object become \`queue_<key>\`. It may print 64 KiB and 100
  numbers. Nothing waits for it in a run: what it printed counts in the next sample.
- \`module\` has a default export with a function \`open(host)\`, which gives \`{ sample(), close() }\`; \`sample\` gives a list of
  \`{ key, value }\`, 100 numbers at most. It runs in a thread of its own, which is ended when it hangs and started again at
  its next turn; what it prints goes nowhere.
- A probe that fails, hangs, floods or gives something else is skipped until its next turn, with one warning that names it.
  A key of tracelet's own is refused.
`;

const INTRODUCTION = `<!-- Made from src/settings/table.ts; do not edit. Written by: npx vitest run test/settings/reference.test.ts -u -->

# Settings

Every setting can be given as a flag, as a variable, or as a key of a settings file. A flag beats a variable, a variable
beats a file, a file beats the default. A mistake in any of them ends tracelet before anything starts, also where a
stronger source would have hidden it.

The settings file is \`tracelet.toml\`, else the table \`[tool.tracelet]\` of \`pyproject.toml\`: in the folder in which
tracelet is started, or in the nearest folder above that has one of them. One file is read; files are not merged.
`;

const NOTES = `- \`--backend a,b\` is split at commas; \`--backend ''\` is none. \`--alert\`, \`--require\`, \`--param\` and \`--tag\` can be
  repeated and are not split.
- \`TRACELET_BACKEND\`, \`TRACELET_INCLUDE\`, \`TRACELET_EXCLUDE\`, \`TRACELET_ALERT\`, \`TRACELET_REQUIRE\`, \`TRACELET_PARAM\` and \`TRACELET_TAG\` are split at commas.
  With a line break in it a variable is split at line breaks only, so that a value may have a comma in it. An empty variable
  counts as unset.
- A switch in a variable is \`true\` or \`false\`, \`1\` or \`0\`, \`yes\` or \`no\`, \`on\` or \`off\`.
- \`param\` and \`tag\` are put together from all sources key by key. A nested table in a file becomes names with dots. A
  number in a file is kept as the number: \`3e-4\` becomes the text \`0.0003\`; put it in quotes to keep it as typed.
- Alert rules, the \`[[alert]]\` and \`[webhook]\` tables of a file, and \`--require\` are in [alerts.md](alerts.md). Put a rule in
  quotes in a shell. All rules of one kind for one metric come from the strongest source that has one:
  \`--alert 'cpu_percent > 50'\` replaces the built-in rule for \`cpu_percent\` and leaves the others; \`--alert 'cpu_percent
  off'\` is how to be rid of it. \`--require\` and \`--fail-on\` are taken whole from the strongest source.
- \`--processes N\` sets both \`include_processes\` and \`process_limit\`.
- A size is a number of bytes, or a number with a unit: \`500MB\` and \`1.5GB\` count in thousands, \`1GiB\` and \`1G\` in
  1024, with or without a blank between. \`log_limit\` is 1 MB at least; \`--log-limit none\` keeps everything.
- \`interval_budget\` is in percent of one core, with or without the sign: what sampling itself computes, and the programs
  of \`[[probe]]\`. Looking for metrics in the output is not part of it.
- \`~/\` at the start of \`dir\` is the home folder. A relative \`dir\` is meant from the folder of the settings file, or,
  as a flag or a variable, from where tracelet is started.
`;

/** A table in columns of one width, as the formatter of this repository writes it. */
function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head, ...body] = rows.map((row) => widths.map((width, column) => (row[column] ?? "").padEnd(width)));
  const rule = widths.map((width) => "-".repeat(width));
  return [head ?? [], rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function toRow(name: SettingName): string[] {
  const spec = specOf(name);
  const cells = [`\`${name}\``, flagCell(name), `\`${variableOf(name)}\``, defaultText(spec), spec.description];
  return cells.map((cell) => cell.replaceAll("|", "\\|"));
}

function flagCell(name: SettingName): string {
  const { flag, placeholder } = specOf(name);
  return placeholder === undefined ? `\`--[no-]${flag}\`` : `\`--${flag} ${placeholder}\``;
}

function isTable(name: SettingName): boolean {
  return specOf(name).kind === "map";
}

function isPlain(name: SettingName): boolean {
  return !isTable(name);
}

function toLine(name: SettingName): string {
  const { kind, example } = specOf(name);
  if (kind === "boolean" || kind === "number") return `${name} = ${example}`;
  return `${name} = ${kind === "list" ? `[${JSON.stringify(example)}]` : JSON.stringify(example)}`;
}

function toTable(name: SettingName): string {
  const [key, value] = specOf(name).example.split("=");
  return `[${name}]\n${key} = ${JSON.stringify(value)}`;
}
