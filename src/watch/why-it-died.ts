import { constants } from "node:os";
import type { Cause, Death, Finding } from "../model/death.ts";
import type { RunEnd } from "../model/run.ts";

/** The series that tell of a death. */
export const EVIDENCE_KEYS = ["container_memory_limit", "container_oom_kills", "disk_free", "shm_percent"] as const;

export type EvidenceKey = (typeof EVIDENCE_KEYS)[number];

/** What is known when a command has ended. */
export interface Evidence {
  readonly end: RunEnd;
  /** The rule that has stopped it, where one has. */
  readonly stoppedBy?: string;
  /** The last signal that tracelet itself was sent, before the command ended. */
  readonly received?: string;
  /** Processes that the kernel killed for want of memory while the run went on; absent where that is not known. */
  readonly containerKills?: number;
  readonly machineKills?: number;
  /** Their last values. */
  readonly series: Readonly<Partial<Record<EvidenceKey, number>>>;
  /** The last lines of the output. */
  readonly output: readonly string[];
}

/** Lines that are quoted. */
const MOST_QUOTED = 8;
const LONGEST_LINE = 300;
/** Lines that may come behind the error that a program dies of. */
const MOST_AFTER_ERROR = 20;
/** Lines at the end in which a program says what it dies of: a launcher may print many behind it. */
const MOST_SAID = 100;
/** Less room than this is none. */
const FULL_BYTES = 1024 * 1024;
const FULL_PERCENT = 97;
const KILL = constants.signals.SIGKILL;

/** What programs say of a death that is known by its words. */
const SAYINGS: readonly { readonly cause: Cause; readonly words: RegExp; readonly text: string }[] = [
  {
    cause: "out of GPU memory",
    words:
      /CUDA out of memory|OutOfMemoryError: (CUDA|HIP)|CUDA_ERROR_OUT_OF_MEMORY|HIP out of memory|CUBLAS_STATUS_ALLOC_FAILED|RESOURCE_EXHAUSTED: .*(memory|OOM)|\bOOM when allocating tensor/,
    text: "the GPU had no memory left, says the output",
  },
  {
    cause: "shared memory full",
    words: /insufficient shared memory|unable to (open|allocate|mmap) shared memory|Bus error.*shared memory/i,
    text: "there was not enough shared memory, says the output",
  },
  {
    cause: "disk full",
    words: /No space left on device|\[Errno 28\]|ENOSPC\b|Disk quota exceeded/,
    text: "there was no space left on a disk, says the output",
  },
  {
    cause: "out of memory",
    words:
      /^MemoryError\b|\bstd::bad_alloc\b|Cannot allocate memory|\bMemoryError: |ArrayMemoryError|JavaScript heap out of memory/,
    text: "an allocation was refused, says the output",
  },
];

/**
 * Why a command died, as far as the evidence supports it; `undefined` where it ended well. Pure.
 */
export function whyItDied(evidence: Evidence): Death | undefined {
  const { end, stoppedBy, output } = evidence;
  if (end.status === "finished" && stoppedBy === undefined) return undefined;
  const told = SAYINGS.filter(({ words }) => output.slice(-MOST_SAID).some((line) => words.test(line)));
  const findings: Finding[] = [
    ...(stoppedBy === undefined ? [] : [finding("stopped by a rule", `the alert rule '${stoppedBy}' stopped it`)]),
    ...killedByKernel(evidence),
    ...told.map(({ cause, text }) => finding(cause, text)),
    ...fullPlaces(
      evidence,
      told.map(({ cause }) => cause),
    ),
  ];
  const quoted = quote(
    output,
    told.map(({ words }) => words),
  );
  if (findings.length === 0 && quoted.error !== undefined) {
    findings.push(finding("error", `it ended with an error: ${quoted.error}`));
  }
  if (findings.length === 0) findings.push(...bySignal(evidence));
  if (findings.length > 0) return { timestamp: end.ended, findings, output: quoted.lines };
  return {
    timestamp: end.ended,
    findings: [finding("unknown", unknownText(end))],
    output: output.slice(-MOST_QUOTED).map(clipped),
  };
}

function finding(cause: Cause, text: string): Finding {
  return { cause, text };
}

/** Only somebody who was killed outright can have been killed by the kernel. */
function killedByKernel({ end, containerKills, machineKills, series }: Evidence): Finding[] {
  const isKilled = end.signal === "SIGKILL" || end.exitCode === 128 + KILL;
  const limit = series["container_memory_limit"];
  const of = limit === undefined ? "" : ` of ${gibibytes(limit)}`;
  if (containerKills !== undefined && containerKills > 0) {
    const whom = isKilled ? "killed it" : `killed ${containerKills} of the container's processes`;
    return [
      finding(
        "out of memory",
        `the kernel ${whom} for memory: the container's limit${of} was reached (oom_kill +${containerKills})`,
      ),
    ];
  }
  if (!isKilled || machineKills === undefined || machineKills === 0) return [];
  return [
    finding(
      "out of memory",
      `the kernel killed it for memory: it killed ${machineKills} on this machine meanwhile (oom_kill of /proc/vmstat)`,
    ),
  ];
}

function gibibytes(bytes: number): string {
  return `${Number((bytes / 1024 ** 3).toPrecision(3))} GiB`;
}

function fullPlaces({ series, end }: Evidence, told: readonly Cause[]): Finding[] {
  const findings: Finding[] = [];
  const free = series["disk_free"];
  if (free !== undefined && free < FULL_BYTES && !told.includes("disk full")) {
    findings.push(finding("disk full", "the disk that it writes to is full"));
  }
  const shared = series["shm_percent"];
  const isBusError = end.signal === "SIGBUS" || end.exitCode === 128 + constants.signals.SIGBUS;
  if (shared !== undefined && shared >= FULL_PERCENT && !told.includes("shared memory full")) {
    findings.push(finding("shared memory full", `/dev/shm is full (${Math.round(shared)} %)`));
  } else if (isBusError && findings.length === 0 && shared !== undefined) {
    findings.push(
      finding("signal", `a bus error, as where /dev/shm is full; it was at ${Math.round(shared)} % when last seen`),
    );
  }
  return findings;
}

function bySignal({ end, received, machineKills }: Evidence): Finding[] {
  const { signal, exitCode } = end;
  if (signal === undefined) {
    if (exitCode === undefined || exitCode <= 128) return [];
    const name = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
    if (name === undefined) return [];
    const noKill = name === "SIGKILL" && machineKills === 0 ? ", and the kernel killed nobody for memory" : "";
    return [
      finding("signal", `exit status ${exitCode}: by itself, or because ${name} ended a program below it${noKill}`),
    ];
  }
  if (["SIGSEGV", "SIGABRT", "SIGILL", "SIGFPE", "SIGBUS", "SIGTRAP", "SIGSYS"].includes(signal)) {
    return [finding("signal", `it crashed (${signal})`)];
  }
  if (received === signal)
    return [finding("signal", `${signal}, which tracelet was sent as well: Ctrl-C, a scheduler, or kill`)];
  const noKill = signal === "SIGKILL" && machineKills === 0 ? "; the kernel killed nobody for memory" : "";
  return [finding("signal", `a signal from outside: ${signal}${noKill}`)];
}

function unknownText({ exitCode, status }: RunEnd): string {
  if (status === "crashed") return "tracelet ended before it, so nobody saw how";
  return `exit status ${exitCode ?? 0}, and its last output does not say why`;
}

/** The lines that say something of an error: a traceback's end, else those with words that are known. */
function quote(output: readonly string[], known: readonly RegExp[]): { lines: string[]; error?: string } {
  const start = output.findLastIndex((line) => /Traceback \(most recent call last\)/.test(line));
  const end = start === -1 ? -1 : endOfTraceback(output, start);
  // One that much was printed after was caught.
  const isLast = end !== -1 && output.length - end <= MOST_AFTER_ERROR;
  const error = isLast ? output[end] : output.slice(-MOST_AFTER_ERROR).findLast(isErrorLine);
  const about = output.filter((line) => known.some((words) => words.test(line)) || line === error);
  const lines = isLast ? output.slice(start, end + 1) : about;
  return {
    lines: lines.slice(-MOST_QUOTED).map(clipped),
    ...(error === undefined ? {} : { error: clipped(error.trim()) }),
  };
}

function clipped(line: string): string {
  return line.slice(0, LONGEST_LINE);
}

/** Behind the frames, which are indented, comes the error itself. */
function endOfTraceback(output: readonly string[], start: number): number {
  const indent = /^\s*/.exec(output[start] ?? "")?.[0].length ?? 0;
  const offset = output
    .slice(start + 1)
    .findIndex((line) => /^\s*\w[\w.]*(:|$)/.test(line.slice(indent)) && !/^\s/.test(line.slice(indent)));
  return offset === -1 ? output.length - 1 : start + 1 + offset;
}

function isErrorLine(line: string): boolean {
  return /^(\w+\.)*\w*(Error|Exception)(:|$)|^(Fatal|fatal|panic|Segmentation fault)\b/.test(line);
}
