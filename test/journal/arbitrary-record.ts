import * as fc from "fast-check";
import type { JournalRecord } from "../../src/model/record.ts";

const text = fc.string({ unit: "binary", maxLength: 12 });
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const count = fc.nat();
// JSON knows no minus zero, and nobody needs it in a journal.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const journalNumber = fc.oneof(number, fc.constantFrom("NaN" as const, "Infinity" as const, "-Infinity" as const));
const key = fc.oneof(fc.constantFrom("loss", "val/acc", "cpu_percent"), text);
const byKey = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(key, value), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));
const type = <T extends string>(name: T) => fc.constant(name);

/** Any record a journal may hold. */
export const arbitraryRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({
    type: type("run"),
    version: fc.constant(1),
    id: text,
    name: text,
    project: text,
    command: fc.array(text, { maxLength: 4 }),
    cwd: text,
    host: text,
    started: time,
    tracelet: text,
    params: byKey(text),
    tags: byKey(text),
    interval: fc.oneof(number, fc.constant("auto" as const)),
    backends: fc.array(text, { maxLength: 2 }),
  }),
  fc.record({ type: type("launch"), timestamp: time, pid: count }),
  fc.record({ type: type("watcher"), timestamp: time, pid: count }),
  fc.record({ type: type("machine"), timestamp: time, facts: byKey(fc.oneof(text, number)) }),
  fc.record({ type: type("sample"), timestamp: time, index: count, metrics: byKey(number) }),
  fc.record({ type: type("interval"), timestamp: time, interval: number, reason: text }),
  fc.record({
    type: type("unavailable"),
    timestamp: time,
    probe: text,
    state: fc.constantFrom("unavailable" as const, "failed" as const),
    metrics: fc.array(text, { maxLength: 3 }),
    reason: text,
  }),
  fc.record({
    type: type("metrics"),
    timestamp: time,
    step: number,
    metrics: byKey(journalNumber),
    stream: fc.constantFrom("stdout" as const, "stderr" as const, "channel" as const),
    offset: count,
  }),
  fc.record(
    {
      type: type("alert"),
      rule: text,
      metric: text,
      value: fc.oneof(number, fc.constant(Number.POSITIVE_INFINITY), fc.constant(Number.NaN)),
      step: number,
      phrase: text,
      comparison: fc.constantFrom(">" as const, ">=" as const, "<" as const, "<=" as const),
      threshold: number,
      severity: fc.constantFrom("info" as const, "warning" as const, "critical" as const),
      state: fc.constantFrom("pending" as const, "inactive" as const, "firing" as const, "resolved" as const),
      timestamp: time,
      lasted: count,
      builtIn: fc.constant(true as const),
    },
    { requiredKeys: ["type", "rule", "metric", "phrase", "severity", "state", "timestamp"] },
  ),
  fc.record(
    {
      type: type("action"),
      timestamp: time,
      rule: text,
      metric: text,
      action: fc.constantFrom("webhook" as const, "stop" as const),
      state: fc.constantFrom("begun" as const, "done" as const, "failed" as const),
      detail: text,
    },
    { requiredKeys: ["type", "timestamp", "rule", "metric", "action", "state"] },
  ),
  fc.record({ type: type("params"), timestamp: time, params: byKey(text) }),
  fc.record({
    type: type("closeup"),
    timestamp: time,
    reason: text,
    samples: fc.array(fc.record({ timestamp: time, metrics: byKey(number) }), { maxLength: 3 }),
  }),
  fc.record({
    type: type("death"),
    timestamp: time,
    findings: fc.array(fc.record({ cause: fc.constantFrom("error" as const, "signal" as const), text }), {
      maxLength: 2,
    }),
    output: fc.array(text, { maxLength: 3 }),
  }),
  fc.record(
    { type: type("gap"), timestamp: time, what: text, reason: text, bytes: count },
    { requiredKeys: ["type", "timestamp", "what", "reason"] },
  ),
  fc.record(
    {
      type: type("end"),
      status: fc.constantFrom("finished" as const, "failed" as const, "killed" as const, "crashed" as const),
      ended: time,
      exitCode: fc.nat({ max: 255 }),
    },
    { requiredKeys: ["type", "status", "ended"] },
  ),
);
