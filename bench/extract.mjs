// How fast extraction reads what training prints, per kind of output, in MB/s and lines/s of CPU time: what else runs on
// the machine counts for nothing. Beside it, in the same turn, a naive extractor: the same bytes decoded with TextDecoder,
// split into lines, and one regular expression for `name: number` and `name=number` over each line. Both read the log for
// a second before they are timed; of three readings the median counts. Then the most memory that `tracelet extract` takes
// for one line of 100 MB, which needs a build.
// Usage: node bench/extract.mjs [--json] [--no-memory] [MEGABYTES [KIND]]; EXTRACT_ENTRY names the index.ts of another
// checkout's src/extract.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { kinds, logOf, longKinds } from "./extract-logs.mjs";
import { figure } from "./figures.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, "no-memory": { type: "boolean" } },
});
const BYTES = Number(positionals[0] ?? 4) * 1e6;
const ONLY = positionals[1];
const ROUNDS = 3;
const WARM_UP_SECONDS = 1;
/** What `tracelet extract` reads at once. */
const CHUNK = 256 * 1024;
const LONG_LINE_BYTES = 100e6;

const NAIVE = /([A-Za-z_][\w/@.-]*)['"]?\s*[:=]\s*['"]?([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)\b/g;

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

/**
 * A watcher has one extractor for as long as it runs; here each reading has its own. Two stay: where a collection takes
 * all extractors before, most of what was compiled goes with them, and the next reading is timed with its compiling.
 */
const kept = [];

function extract(log) {
  const extractor = createExtractor();
  if (kept.length < 2) kept.push(extractor);
  let found = 0;
  const count = (lines) => {
    for (const { metrics } of lines) found += Object.keys(metrics).length;
  };
  for (let at = 0; at < log.length; at += CHUNK) {
    count(extractor.push("stdout", log.subarray(at, at + CHUNK), 0, at));
  }
  count(extractor.end());
  return found;
}

function extractNaively(log) {
  const decoder = new TextDecoder();
  let found = 0;
  let rest = "";
  const read = (line) => {
    const metrics = {};
    for (const [, name, number] of line.matchAll(NAIVE)) metrics[name] = Number(number);
    found += Object.keys(metrics).length;
  };
  for (let at = 0; at < log.length; at += CHUNK) {
    const lines = (rest + decoder.decode(log.subarray(at, at + CHUNK), { stream: true })).split("\n");
    rest = lines.pop();
    lines.forEach(read);
  }
  read(rest);
  return found;
}

/** CPU seconds of this process, helper threads and all. */
function cpuSeconds(work) {
  const before = process.cpuUsage();
  const found = work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, found };
}

function warmUp(work) {
  for (let spent = 0; spent < WARM_UP_SECONDS;) spent += cpuSeconds(work).seconds;
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

function measure(kind, log) {
  kept.length = 0;
  // Not timed: a watcher reads for as long as the training runs, and both readers are slower until they are compiled.
  warmUp(() => extract(log));
  warmUp(() => extractNaively(log));
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: cpuSeconds(() => extract(log)),
    naive: cpuSeconds(() => extractNaively(log)),
  }));
  const lines = log.reduce((count, byte) => count + Number(byte === 0x0a || byte === 0x0d), 0);
  const seconds = median(rounds.map(({ ours }) => ours.seconds));
  const naive = median(rounds.map((round) => round.naive.seconds));
  return {
    kind,
    megabytesPerSecond: log.length / 1e6 / seconds,
    linesPerSecond: lines / seconds,
    points: rounds[0].ours.found,
    naiveMegabytesPerSecond: log.length / 1e6 / naive,
    naivePoints: rounds[0].naive.found,
  };
}

/** The peak of the resident set, as the process itself reads it when it ends, in MB of 10⁶ bytes. */
async function peakMegabytes(feed) {
  const report = `import { readFileSync, writeSync } from "node:fs";
    process.on("exit", () => writeSync(2, /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]));`;
  const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(report)}`, tracelet, "extract", "--json"],
    { stdio: ["pipe", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  for (const piece of feed) {
    if (!child.stdin.write(piece)) await new Promise((resolve) => child.stdin.once("drain", resolve));
  }
  child.stdin.end();
  await ended;
  return (Number(said) * 1024) / 1e6;
}

function* longLine(piece, end) {
  for (let sent = 0; sent < LONG_LINE_BYTES; sent += piece.length) yield piece;
  yield Buffer.from(end);
}

const print = (line) => process.stdout.write(`${line}\n`);
const say = (line) => !flags.json && print(line);

const results = [];
say(
  `${"kind".padEnd(30)} ${"MB/s".padStart(7)} ${"lines/s".padStart(11)} ${"points".padStart(8)}   naive: MB/s    points`,
);
for (const [kind, lineOf] of Object.entries({ ...kinds, ...longKinds })) {
  if (ONLY !== undefined && !kind.startsWith(ONLY)) continue;
  const result = measure(kind, logOf(lineOf, BYTES));
  results.push(result);
  const rate = Math.round(result.linesPerSecond).toLocaleString("en");
  say(
    [
      kind.padEnd(30),
      result.megabytesPerSecond.toFixed(1).padStart(7),
      rate.padStart(11),
      String(result.points).padStart(8),
      result.naiveMegabytesPerSecond.toFixed(1).padStart(13),
      String(result.naivePoints).padStart(9),
    ].join(" "),
  );
}

const memory = [];
if (!flags["no-memory"] && ONLY === undefined) {
  const pieces = { pairs: "step=1 loss=0.5 acc=0.75 | ".repeat(4096), "one word": "x".repeat(65_536) };
  for (const [kind, piece] of Object.entries(pieces)) {
    for (const [name, end] of Object.entries({ "no newline": "", "a newline": "\n" })) {
      const megabytes = await peakMegabytes(longLine(Buffer.from(piece), end));
      memory.push({ kind: `one line of 100 MB of ${kind}, ${name} at its end`, megabytes });
      say(`${memory.at(-1).kind}: ${megabytes.toFixed(0)} MB at most`);
    }
  }
}
if (flags.json) {
  const ratios = results.map((result) => result.megabytesPerSecond / result.naiveMegabytesPerSecond);
  const speeds = results.map(({ megabytesPerSecond }) => megabytesPerSecond);
  const figures = [
    figure("slowest", Math.min(...speeds), "MB/s"),
    figure("fastest", Math.max(...speeds), "MB/s"),
    figure("least_ratio", Math.min(...ratios), "× one pattern a line"),
    figure("most_ratio", Math.max(...ratios), "× one pattern a line"),
    ...(memory.length === 0 ? [] : [figure("long_line_memory", Math.max(...memory.map((one) => one.megabytes)), "MB")]),
  ];
  const bench = ONLY === undefined ? "extract" : `extract-${ONLY}`;
  print(JSON.stringify({ bench, figures, results, memory }));
}
