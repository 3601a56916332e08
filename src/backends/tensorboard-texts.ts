import { open } from "node:fs/promises";
import type { Alert } from "../model/alert.ts";
import type { Rejection, RunTotals } from "../model/backend.ts";
import type { RunEnd, RunHeader } from "../model/run.ts";

/** The text page renders Markdown with tables. Nothing that a run has is meant as Markdown, so all of it is escaped. */

/** What is shown of the end of the output, in bytes. */
const LAST_OUTPUT = 16 * 1024;

/** Characters of a param or a tag that a table shows. */
const MOST_TEXT = 5000;

/** The newest episodes of alerts that are listed. */
const MOST_EPISODES = 20;

/** What ran where. */
export function commandText(run: RunHeader): string {
  const { git } = run;
  return table("fact", "value", {
    command: run.command.map(quoted).join(" "),
    folder: run.cwd,
    host: run.host,
    ...(run.user === undefined ? {} : { user: run.user }),
    ...(git === undefined ? {} : { commit: git.commit }),
    ...(git?.branch === undefined ? {} : { branch: git.branch }),
    project: run.project,
    name: run.name,
    "run of tracelet": run.id,
    ...(run.resumes === undefined ? {} : { resumes: run.resumes.run }),
  });
}

/** How it ended, with what needs a look. */
export function endText(end: RunEnd, totals: RunTotals): string {
  const { death, episodes = [], cpuPercent, memoryPercent } = totals;
  const alerts = episodes
    .slice(-MOST_EPISODES)
    .map(({ severity, rule, state }) => `${severity}: ${rule}${state === "resolved" ? ", resolved" : ""}`);
  return table("fact", "value", {
    status: end.status,
    ...(end.exitCode === undefined ? {} : { "exit status": String(end.exitCode) }),
    ...(end.signal === undefined ? {} : { signal: end.signal }),
    ...(death === undefined ? {} : { why: death.findings.map(({ text }) => text).join("\n") }),
    ...(cpuPercent === undefined ? {} : { cpu_percent: meanAndMaximum(cpuPercent) }),
    ...(memoryPercent === undefined ? {} : { memory_percent: meanAndMaximum(memoryPercent) }),
    ...(alerts.length === 0 ? {} : { alerts: alerts.join("\n") }),
  });
}

/** What was noticed, in a sentence. */
export function alertText({ severity, rule, metric, value, step }: Alert): string {
  const about = rule.includes(metric) ? "" : `, ${metric}`;
  const read = value === undefined ? "" : ` (${value}${step === undefined ? "" : ` at step ${step}`})`;
  return `**${severity}** ${escaped(`${rule}${about}${read}`)}`;
}

/** A table of two columns. */
export function table(left: string, right: string, rows: Readonly<Record<string, string>>): string {
  const lines = Object.entries(rows).map(([name, text]) => `| ${escaped(name)} | ${escaped(text)} |`);
  return [`| ${left} | ${right} |`, "| --- | --- |", ...lines].join("\n");
}

/**
 * The end of an output log as a block of code, without the colours and movements of a terminal; `undefined` for an empty one.
 * @throws what the file system throws
 */
export async function outputText(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LAST_OUTPUT);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.subarray(0, bytesRead).toString("utf8");
    const whole = size > length ? text.slice(text.indexOf("\n") + 1) : text;
    const lines = plain(whole).trimEnd().split("\n");
    return whole.trim() === "" ? undefined : lines.map((line) => `    ${line}`).join("\n");
  } finally {
    await file.close();
  }
}

/** Texts with an end, and which of them were longer. */
export function cutTexts(texts: Readonly<Record<string, string>>): {
  readonly texts: Readonly<Record<string, string>>;
  readonly rejected: readonly Rejection[];
} {
  const entries = Object.entries(texts).map(([name, text]) => [name, text, Array.from(text)] as const);
  return {
    texts: Object.fromEntries(entries.map(([name, , characters]) => [name, characters.slice(0, MOST_TEXT).join("")])),
    rejected: entries
      .filter(([, , characters]) => characters.length > MOST_TEXT)
      .map(([what]) => ({ what, reason: `cut to ${MOST_TEXT} characters` })),
  };
}

/** Of a line that was written over, what stood there last. */
function plain(text: string): string {
  return (
    legalText(text)
      // oxlint-disable-next-line no-control-regex -- escape sequences begin with one
      .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g, "")
      .split(/\r?\n/)
      .map((line) => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1).trimEnd())
      .join("\n")
  );
}

/** Text that every reader takes: half characters and NUL become U+FFFD, which marks them. */
export function legalText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8").replaceAll("\0", "\uFFFD");
}

function meanAndMaximum({ mean, max }: { readonly mean: number; readonly max: number }): string {
  return `mean ${mean.toFixed(1)}, maximum ${max.toFixed(1)}`;
}

function escaped(text: string): string {
  return legalText(text)
    .replace(/[\\`*_{}[\]()#+\-.!|]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/\r?\n|\r/g, "<br>");
}

/** An argument as a shell wants it typed. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
