import { PbfWriter } from "pbf";
import type { OutputText } from "../model/backend.ts";

/** A value of a config, a summary or a row: where it is and what it is, in JSON with NaN and the infinities. */
export type WandbItem = readonly [path: readonly string[], json: string];

/** Writes one kind of record into the `Record` that is being written. */
export type WandbRecord = (writer: PbfWriter) => void;

/** What W&B knows of a run from the start. */
export interface WandbRun {
  readonly id: string;
  readonly entity: string | undefined;
  readonly project: string;
  readonly group: string | undefined;
  readonly jobType: string | undefined;
  readonly name: string;
  readonly notes: string | undefined;
  readonly tags: readonly string[];
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly git: { readonly commit: string; readonly repository?: string } | undefined;
  readonly config: readonly WandbItem[];
  /** Whether it goes on with what the server has of this id, instead of replacing it. */
  readonly resumes: boolean;
}

/** What goes to `wandb-metadata.json`. */
export interface WandbEnvironment {
  readonly os?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly started?: number;
  readonly program?: string;
  readonly args?: readonly string[];
  readonly executable?: string;
  readonly root?: string;
  readonly host?: string;
  readonly username?: string | undefined;
  readonly cpuCount?: number | undefined;
  readonly cpuCountLogical?: number | undefined;
  readonly gpuType?: string | undefined;
  readonly gpuCount?: number | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  readonly git?: WandbRun["git"];
  /** The same for all records of one writer. */
  readonly writer: string;
}

/** The numbers of the fields are those of `wandb_internal.proto` in wandb/wandb; fields that are not set are left out. */
export function headerRecord(producer: string): WandbRecord {
  return (writer) => message(writer, 21, () => message(writer, 1, () => texts(writer, [1, producer], [2, "0.70.0"])));
}

export function runRecord(run: WandbRun): WandbRecord {
  return (writer) =>
    message(writer, 17, () => {
      texts(writer, [1, run.id], [2, run.entity], [3, run.project]);
      message(writer, 4, () => items(writer, 1, run.config));
      texts(writer, [6, run.group], [7, run.jobType], [8, run.name], [9, run.notes]);
      for (const tag of run.tags) writer.writeStringField(10, tag);
      texts(writer, [13, run.host]);
      time(writer, 17, run.started);
      // Telemetry: made for later, without a server.
      message(writer, 19, () => message(writer, 3, () => writer.writeBooleanField(4, true)));
      git(writer, 21, run.git);
      if (run.resumes) writer.writeBooleanField(24, true);
    });
}

export function environmentRecord(environment: WandbEnvironment): WandbRecord {
  return (writer) =>
    message(writer, 26, () => {
      const { os, started, program, args = [], root, host, username, executable, memory } = environment;
      texts(writer, [1, os]);
      if (started !== undefined) time(writer, 3, started);
      for (const arg of args) writer.writeStringField(5, arg);
      texts(writer, [6, program]);
      git(writer, 9, environment.git);
      texts(writer, [11, root], [12, host], [13, username], [14, executable]);
      whole(writer, [16, environment.cpuCount], [17, environment.cpuCountLogical]);
      texts(writer, [18, environment.gpuType]);
      whole(writer, [19, environment.gpuCount]);
      if (memory !== undefined) message(writer, 21, () => whole(writer, [1, memory]));
      texts(writer, [199, environment.writer]);
    });
}

export function configRecord(config: readonly WandbItem[]): WandbRecord {
  return (writer) => message(writer, 5, () => items(writer, 1, config));
}

export function summaryRecord(summary: readonly WandbItem[]): WandbRecord {
  return (writer) => message(writer, 3, () => items(writer, 1, summary));
}

/** A series whose x axis is another series. */
export function metricRecord(name: string, stepMetric: string): WandbRecord {
  return (writer) =>
    message(writer, 12, () => {
      texts(writer, [1, name], [4, stepMetric]);
      message(writer, 6, () => writer.writeBooleanField(3, true));
    });
}

/** @param timestamp milliseconds since the epoch */
export function statsRecord(timestamp: number, stats: Iterable<readonly [key: string, value: number]>): WandbRecord {
  return (writer) =>
    message(writer, 7, () => {
      time(writer, 2, timestamp);
      for (const [key, value] of stats) {
        message(writer, 3, () => texts(writer, [1, key], [16, String(value)]));
      }
    });
}

export function outputRecord({ stream, timestamp, text }: OutputText): WandbRecord {
  return (writer) =>
    message(writer, 13, () => {
      if (stream === "stdout") writer.writeVarintField(1, 1);
      time(writer, 2, timestamp);
      writer.writeStringField(3, text);
    });
}

export function alertRecord(title: string, text: string, level: "INFO" | "WARN" | "ERROR"): WandbRecord {
  return (writer) =>
    message(writer, 10, () => {
      texts(writer, [1, title], [2, text], [3, level]);
      // What the official client asks for unless it is told otherwise: a minute between two of one title.
      writer.writeVarintField(4, 60_000);
    });
}

/** Files below `files/` that are uploaded when the run has ended. */
export function filesRecord(paths: readonly string[]): WandbRecord {
  return (writer) =>
    message(writer, 6, () => {
      for (const path of paths) {
        message(writer, 1, () => {
          writer.writeStringField(1, path);
          writer.writeVarintField(2, 1);
        });
      }
    });
}

/** @param runtime seconds */
export function exitRecord(exitCode: number, runtime: number): WandbRecord {
  return (writer) => message(writer, 18, () => whole(writer, [1, exitCode], [2, runtime]));
}

function message(writer: PbfWriter, field: number, write: () => void): void {
  writer.writeMessage(field, write, undefined);
}

function items(writer: PbfWriter, field: number, all: readonly WandbItem[]): void {
  for (const [path, json] of all) item(writer, field, path, json);
}

function item(writer: PbfWriter, field: number, path: readonly string[], json: string): void {
  message(writer, field, () => {
    for (const part of path) writer.writeStringField(2, part);
    writer.writeStringField(16, json);
  });
}

function texts(writer: PbfWriter, ...fields: readonly (readonly [field: number, text: string | undefined])[]): void {
  for (const [field, text] of fields) if (text !== undefined) writer.writeStringField(field, text);
}

function whole(writer: PbfWriter, ...fields: readonly (readonly [field: number, value: number | undefined])[]): void {
  for (const [field, value] of fields) if (value !== undefined) writer.writeVarintField(field, Math.trunc(value));
}

/** A `Timestamp`: seconds and nanoseconds. */
function time(writer: PbfWriter, field: number, milliseconds: number): void {
  const seconds = Math.floor(milliseconds / 1000);
  message(writer, field, () => whole(writer, [1, seconds], [2, Math.round((milliseconds - seconds * 1000) * 1e6)]));
}

function git(writer: PbfWriter, field: number, known: WandbRun["git"]): void {
  if (known !== undefined) message(writer, field, () => texts(writer, [1, known.repository], [2, known.commit]));
}
