// How fast extraction reads what training prints, per kind of output, in MB/s and lines/s, beside a yardstick in the same
// turn: the same bytes decoded with TextDecoder and split into lines, nothing else.
// Usage: node bench/extract.mjs [MEGABYTES [KIND]]; EXTRACT_ENTRY names the index.ts of another checkout's src/extract.
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const BYTES = Number(process.argv[2] ?? 8) * 1e6;
const ONLY = process.argv[3];
const ROUNDS = 5;
/** What the watcher reads at once. */
const CHUNK = 256 * 1024;

/** The same pseudo-random numbers on every run. */
function createRandom() {
  let state = 20260102;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = createRandom();
const padded = (value, width) => String(value).padStart(width, "0");
const fraction = (digits) => (random(10 ** digits) / 10 ** digits).toFixed(digits);
const hex = (digits) => Array.from({ length: digits }, () => random(16).toString(16)).join("");
const pick = (...values) => values[random(values.length)];
const clock = (line) => `${padded(10 + (line >> 16), 2)}:${padded((line >> 10) % 60, 2)}:${padded(line % 60, 2)}`;
const stamp = (line) => `2026-01-02 ${clock(line)}`;
const bar = (line) => {
  const percent = line % 101;
  return `${padded(percent, 3)}%|${"█".repeat(percent >> 3).padEnd(12)}| ${percent}`;
};
const WORDS =
  "reading writing merged cleaned rotated opened closed cached moved the index block table buffer stream".split(" ");

/** One line of each kind, by its number. */
const kinds = {
  "words only": () => `INFO ${pick(...WORDS)} ${pick(...WORDS)} ${pick(...WORDS)} and nothing else to report`,
  "log lines": (line) =>
    `${stamp(line)} INFO worker ${random(64)} processed shard ${padded(line, 6)} of 4096 (file data/part-${padded(line, 6)}.parquet)`,
  "log lines, random words and ids": (line) =>
    `[${stamp(line)},${padded(random(1000), 3)}] DEBUG ${pick(...WORDS)} ${hex(8)}-${hex(4)} ${pick(...WORDS)} ${pick(...WORDS)} ${random(1e6)} by ${hex(12)}`,
  "log lines in JSON": (line) =>
    `{"ts": ${1767348672 + line}.${padded(random(1000), 3)}, "level": "info", "msg": "shard ${line} done", "worker": ${random(64)}, "bytes": ${random(1e9)}}`,
  "download bars, redrawn": (line) =>
    `\rDownloading:  ${bar(line)}.${random(10)}M/100M [00:${padded(line % 60, 2)}<00:15, ${random(9)}.${random(100)}MB/s]`,
  "download bars, as lines": (line) =>
    `Downloading:  ${bar(line)}.${random(10)}M/100M [00:${padded(line % 60, 2)}<00:15, ${random(9)}.${random(100)}MB/s]`,
  tracebacks: (line) =>
    [
      "Traceback (most recent call last):",
      `  File "/srv/jobs/train.py", line ${random(900)}, in main`,
      `    loss = step(batch, lr=0.001, size=${random(100)})`,
      `  File "/srv/venv/lib/python3.11/site-packages/torch/nn/modules/module.py", line ${random(2000)}, in _call_impl`,
      "    return forward_call(*args, **kwargs)",
      `RuntimeError: CUDA error at shard ${line}: device-side assert triggered 0x${hex(8)}`,
    ].join("\n"),
  "pip output": () =>
    pick(
      `Collecting ${pick(...WORDS)}-${pick(...WORDS)}>=${random(9)}.${random(30)}`,
      `  Downloading ${pick(...WORDS)}_${pick(...WORDS)}-${random(9)}.${random(30)}.${random(9)}-cp311-cp311-manylinux_2_17_x86_64.whl (${random(90)}.${random(9)} MB)`,
      `     ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ ${random(90)}.${random(9)}/${random(90)}.${random(9)} MB ${random(90)}.${random(9)} MB/s eta 0:00:0${random(9)}`,
      `Requirement already satisfied: ${pick(...WORDS)} in /usr/lib/python3.11/site-packages (from ${pick(...WORDS)}) (${random(9)}.${random(30)})`,
    ),
  "metrics, pairs": (line) =>
    `epoch ${line >> 9} step ${line} loss=${fraction(3)} acc=${fraction(2)} lr=${random(9)}e-4`,
  "metrics behind a log prefix": (line) =>
    `${stamp(line)},123 - trainer - INFO - epoch: ${line >> 9} | step: ${line} | loss: ${fraction(4)} | grad norm: ${fraction(3)} | tok/s: ${random(90_000)}`,
  "metrics in JSON": (line) =>
    `{"step": ${line}, "loss": ${fraction(4)}, "eval": {"accuracy": ${fraction(3)}}, "lr": ${random(9)}e-4, "time": ${random(1000)}}`,
  "metrics in a Python dict": (line) =>
    `{'loss': ${fraction(4)}, 'grad_norm': ${fraction(3)}, 'learning_rate': ${random(9)}e-05, 'epoch': ${line / 512}}`,
  "metrics in bars, as lines": (line) =>
    `Epoch ${line >> 7}: ${bar(line)}/100 [00:01<00:01, 45.${random(100)}it/s, loss=${fraction(3)}, acc=${fraction(2)}]`,
};

function generate(lineOf) {
  const lines = [];
  for (let bytes = 0, line = 0; bytes < BYTES; line += 1) {
    const text = lineOf(line);
    const whole = text.startsWith("\r") ? text : `${text}\n`;
    lines.push(whole);
    bytes += Buffer.byteLength(whole);
  }
  return Buffer.from(lines.join(""));
}

function timed(work) {
  const started = performance.now();
  const found = work();
  return { time: (performance.now() - started) / 1000, found };
}
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const print = (line) => process.stdout.write(`${line}\n`);

async function load() {
  const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
  const outfile = join(folder, "extract.mjs");
  const entry = process.env.EXTRACT_ENTRY ?? fileURLToPath(new URL("../src/extract/index.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  const { createExtractor } = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return createExtractor;
}

const createExtractor = await load();

function read(log) {
  const extractor = createExtractor();
  let found = 0;
  for (let at = 0; at < log.length; at += CHUNK) {
    found += extractor.push("stdout", log.subarray(at, at + CHUNK), 0, at).length;
  }
  return found + extractor.end().length;
}

function split(log) {
  const decoder = new TextDecoder();
  let count = 0;
  for (let at = 0; at < log.length; at += CHUNK) {
    count += decoder.decode(log.subarray(at, at + CHUNK), { stream: true }).split("\n").length;
  }
  return count;
}

print(
  `${"kind".padEnd(32)} ${"MB/s".padStart(7)} ${"lines/s".padStart(10)} ${"found".padStart(7)}   decode and split MB/s`,
);
for (const [kind, lineOf] of Object.entries(kinds)) {
  if (ONLY !== undefined && kind !== ONLY) continue;
  const log = generate(lineOf);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    read: timed(() => read(log)),
    split: timed(() => split(log)),
  }));
  const lines = log.reduce((count, byte) => count + Number(byte === 0x0a || byte === 0x0d), 0);
  const time = median(rounds.map((round) => round.read.time));
  const yardstick = median(rounds.map((round) => round.split.time));
  const speed = (log.length / 1e6 / time).toFixed(1).padStart(7);
  const rate = Math.round(lines / time)
    .toLocaleString("en")
    .padStart(10);
  print(
    `${kind.padEnd(32)} ${speed} ${rate} ${String(rounds[0].read.found).padStart(7)}   ${(log.length / 1e6 / yardstick).toFixed(0)}`,
  );
}
