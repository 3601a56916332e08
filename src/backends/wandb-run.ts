import { basename } from "node:path";
import type { RunEnd, RunHeader } from "../model/run.ts";
import type { WandbEnvironment, WandbItem, WandbRun } from "./wandb-records.ts";
import { legalProject, LONGEST_TAG, type WandbSettings } from "./wandb-settings.ts";
import { paramJson } from "./wandb-values.ts";

/** The id that a run has in W&B: that of the run that it joins, or of the first that it goes on with, or its own. */
export function wandbRunId({ id, resumes, joins }: RunHeader): string {
  return joins?.["wandb"] ?? resumes?.first ?? id;
}

/** What W&B knows of a run from the start. A variable of W&B's own comes before what tracelet calls the run. */
export function wandbRun(header: RunHeader, settings: WandbSettings): WandbRun {
  const { started, tags, params } = header;
  const pairs = Object.entries(tags).map(([key, value]) => `${key}:${value}`);
  return {
    id: wandbRunId(header),
    entity: settings.entity,
    project: settings.project ?? legalProject(header.project),
    group: settings.group,
    jobType: settings.jobType,
    name: settings.name ?? header.name,
    notes: settings.notes,
    // Tags of W&B are words. One that is too long for that is in the config, as all of them are.
    tags: [...settings.tags, ...pairs.filter((tag) => tag.length <= LONGEST_TAG)],
    host: settings.host ?? header.host,
    started,
    git: gitOf(header, settings),
    config: [...paramItems(params), ...factItems(header)],
    resumes: goesOn(header),
  };
}

/** The checkout: as the variables say, or as it was found. */
function gitOf({ git }: RunHeader, { isGitDisabled, gitCommit, gitRemote }: WandbSettings): WandbRun["git"] {
  const found = isGitDisabled ? undefined : git;
  const commit = gitCommit ?? found?.commit;
  const repository = gitRemote ?? found?.repository;
  return commit === undefined ? undefined : { commit, ...(repository === undefined ? {} : { repository }) };
}

/** Whether other runs write to the same one in W&B. */
export function goesOn({ resumes, joins }: RunHeader): boolean {
  return resumes !== undefined || joins?.["wandb"] !== undefined;
}

export function paramItems(params: Readonly<Record<string, string>>): WandbItem[] {
  return Object.entries(params).map(([key, value]) => [[key === "_wandb" ? "tracelet/_wandb" : key], paramJson(value)]);
}

export function tagItems(tags: Readonly<Record<string, string>>): WandbItem[] {
  return Object.entries(tags).map(([key, value]) => [["tracelet", "tags", key], JSON.stringify(value)]);
}

/** What is known of the run from the start. */
export function environmentOf(header: RunHeader, settings: WandbSettings): WandbEnvironment {
  const { command, cwd, started, id } = header;
  const [executable = "", script = ""] = command;
  const isScript = /^python[\d.]*(\.exe)?$/.test(basename(executable)) && !script.startsWith("-") && script !== "";
  return {
    started,
    executable,
    program: settings.program ?? (isScript ? script : executable),
    args: command.slice(isScript ? 2 : 1),
    root: cwd,
    host: settings.host ?? header.host,
    username: settings.user ?? header.user,
    git: gitOf(header, settings),
    writer: id,
  };
}

/** What the machine is, as src/probes/inventory.ts names it. */
export function machineOf(facts: Readonly<Record<string, string | number>>, writer: string): WandbEnvironment {
  const number = (name: string) => (typeof facts[name] === "number" ? facts[name] : undefined);
  const gpus = Object.keys(facts).filter((name) => /^gpu_\d+_name$/.test(name));
  const [first] = gpus;
  return {
    os: facts["os"] === undefined ? undefined : String(facts["os"]),
    cpuCount: number("cpu_count_physical"),
    cpuCountLogical: number("cpu_count_logical"),
    memory: number("memory_total"),
    gpuType: first === undefined ? undefined : String(facts[first]),
    gpuCount: gpus.length === 0 ? undefined : gpus.length,
    writer,
  };
}

function factItems({ id, tracelet, command, cwd }: RunHeader): WandbItem[] {
  const facts = { run: id, version: tracelet, command: command.join(" "), cwd };
  return Object.entries(facts).map(([key, value]) => [["tracelet", key], JSON.stringify(value)]);
}

/** The exit status that a shell would tell; 1 where nothing is known, as `wandb sync` has it. */
export function exitCodeOf({ exitCode, signal }: RunEnd, signals: Readonly<Record<string, number>>): number {
  if (exitCode !== undefined) return exitCode;
  const number = signal === undefined ? undefined : signals[signal];
  return number === undefined ? 1 : 128 + number;
}
