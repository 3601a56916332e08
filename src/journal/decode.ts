import { fromJournalNumber, type JournalRecord } from "../model/record.ts";

/**
 * What a line of the journal holds. `unknown` is a record of a type that this version does not know: readers pass over
 * it. `damage` says in a few words what is wrong.
 */
export type DecodedLine =
  | { readonly record: JournalRecord }
  | { readonly unknown: string }
  | { readonly damage: string };

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isCount: Check = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isJournalNumber: Check = (value) =>
  isNumber(value) || value === "NaN" || value === "Infinity" || value === "-Infinity";
const isTextList: Check = (value) => Array.isArray(value) && value.every(isText);

/** The fields a record of each type must have. What else it has is kept. */
const REQUIRED = {
  run: {
    version: (value) => isCount(value) && value !== 0,
    id: isText,
    name: isText,
    project: isText,
    command: isTextList,
    cwd: isText,
    host: isText,
    started: isNumber,
    tracelet: isText,
    params: recordOf(isText),
    tags: recordOf(isText),
    interval: (value) => isNumber(value) || value === "auto",
    backends: isTextList,
  },
  launch: { timestamp: isNumber, pid: isCount },
  watcher: { timestamp: isNumber, pid: isCount },
  machine: { timestamp: isNumber, facts: recordOf((value) => isText(value) || isNumber(value)) },
  sample: { timestamp: isNumber, index: isCount, metrics: recordOf(isNumber) },
  interval: { timestamp: isNumber, interval: isNumber, reason: isText },
  unavailable: {
    timestamp: isNumber,
    probe: isText,
    state: oneOf("unavailable", "failed"),
    metrics: isTextList,
    reason: isText,
  },
  metrics: {
    timestamp: isNumber,
    step: isNumber,
    metrics: recordOf(isJournalNumber),
    stream: oneOf("stdout", "stderr", "channel"),
    offset: isCount,
  },
  params: { timestamp: isNumber, params: recordOf(isText) },
  alert: {
    metric: isText,
    severity: oneOf("info", "warning", "critical"),
    state: oneOf("pending", "inactive", "firing", "resolved"),
    timestamp: isNumber,
  },
  action: {
    timestamp: isNumber,
    rule: isText,
    metric: isText,
    action: isText,
    state: oneOf("begun", "done", "failed"),
  },
  closeup: { timestamp: isNumber, reason: isText, samples: Array.isArray },
  death: { timestamp: isNumber, findings: Array.isArray, output: isTextList },
  gap: { timestamp: isNumber, what: isText, reason: isText },
  end: { status: oneOf("finished", "failed", "killed", "crashed"), ended: isNumber },
} as const satisfies Record<JournalRecord["type"], Fields>;

/** Fields that may be missing, but not be something else. */
const OPTIONAL: Fields = {
  user: isText,
  hint: isText,
  signal: isText,
  exitCode: isNumber,
  bytes: isNumber,
  from: isCount,
  to: isCount,
  processes: Array.isArray,
  resumes: recordOf(isText),
  joins: recordOf(isText),
  folders: recordOf(isText),
  artifacts: isTextList,
  thin: (value) => typeof value === "boolean",
  rule: isText,
  phrase: isText,
  value: isJournalNumber,
  threshold: isJournalNumber,
  comparison: oneOf(">", ">=", "<", "<="),
  step: isNumber,
  lasted: isNumber,
  detail: isText,
  stepRule: oneOf("header", "bar", "previous", "counted"),
};

/** Reads one line without its newline. Never throws. */
export function decodeLine(line: string): DecodedLine {
  const value = parseJson(line);
  if (!isObject(value)) return { damage: value === undefined ? "no JSON" : "no JSON object" };
  const { type } = value;
  if (typeof type !== "string") return { damage: "no type" };
  if (!isKnown(type)) return { unknown: type };
  const wrong = wrongField(value, REQUIRED[type]);
  if (wrong !== undefined) return { damage: `${type}: ${wrong} is missing or wrong` };
  const record: unknown = value;
  return isRecord(record) ? { record: record.type === "alert" ? withNumbers(record) : record } : { unknown: type };
}

/** Only says to the compiler what the table of fields has already found out. */
function isRecord(value: unknown): value is JournalRecord {
  return isObject(value) && typeof value["type"] === "string" && isKnown(value["type"]);
}

function wrongField(value: Readonly<Record<string, unknown>>, required: Fields): string | undefined {
  for (const field in required) {
    if (!required[field]?.(value[field])) return field;
  }
  if (sizeOf(value) === sizeOf(required) + 1) return undefined;
  for (const field in value) {
    const check = Object.hasOwn(OPTIONAL, field) ? OPTIONAL[field] : undefined;
    if (check !== undefined && value[field] !== undefined && required[field] === undefined && !check(value[field])) {
      return field;
    }
  }
  return undefined;
}

function sizeOf(fields: object): number {
  let size = 0;
  for (const _field in fields) size += 1;
  return size;
}

/** Numbers as numbers; and where a rule is known by its threshold alone, as in the first journals, that is its text. */
function withNumbers(alert: Extract<JournalRecord, { type: "alert" }>): JournalRecord {
  const { value, threshold, comparison } = alert;
  const phrase = `${comparison ?? ""} ${threshold ?? ""}`.trim();
  return {
    ...alert,
    rule: alert.rule ?? `${alert.metric} ${phrase}`,
    phrase: alert.phrase ?? phrase,
    ...(value === undefined ? {} : { value: fromJournalNumber(value) }),
    ...(threshold === undefined ? {} : { threshold: fromJournalNumber(threshold) }),
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON is one of the answers here, not an error: the caller reports it as damage.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKnown(type: string): type is JournalRecord["type"] {
  return Object.hasOwn(REQUIRED, type);
}

function recordOf(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return false;
    for (const name in value) if (!check(value[name])) return false;
    return true;
  };
}

function oneOf(...words: readonly string[]): Check {
  return (value) => typeof value === "string" && words.includes(value);
}
