// Hunts for input that extraction reads slowly: pieces of real and of odd lines, put together, cut, repeated and shuffled,
// to one line of 60 KB and to a log of many lines. What grows faster than its input is tried again and again before it is
// called that: cost(2n) must be at most 2.2 × cost(n), in CPU time. Prints the slowest ten.
// Usage: node bench/extract-fuzz.mjs [SECONDS [SEED]]. Ends with 1 when something grows faster.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const SECONDS = Number(process.argv[2] ?? 60);
let seed = Number(process.argv[3] ?? 1);
const SIZE = 60 * 1024;
const MOST_GROWTH = 2.2;

function random(below) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}
const pick = (list) => list[random(list.length)];

async function load() {
  const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
  const outfile = join(folder, "extract.mjs");
  const entry = fileURLToPath(new URL("../src/extract/index.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  const { createExtractor } = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return createExtractor;
}
const createExtractor = await load();

const corpus = fileURLToPath(new URL("../test/fixtures/corpus/dev", import.meta.url));
const LINES = readdirSync(corpus)
  .filter((file) => file.endsWith(".log"))
  .flatMap((file) => readFileSync(join(corpus, file), "utf8").split("\n"))
  .filter((line) => /\d/.test(line) && line.length < 400);
const ODD = [
  ..."[ ( { \" ' = : , ; | / - + . % # @ _ \\ ~ * < > 0 1 a A é █ ─ 損 \t \b \r \u001b[ \u001b[31m \u001b]0; \u200b".split(
    " ",
  ),
  ..."1, 1. 1:1 1- 1/ [1 [1/ 1%| (( {'a': {\"a\": a= a: a@ nan inf 1e http:// v1. 3/10 loss= loss: step epoch Error: config".split(
    " ",
  ),
  " ",
  "  ",
  "\n",
];

/** A piece of text to be repeated. */
function fragment() {
  const line = pick(LINES);
  switch (random(8)) {
    case 0:
      return line;
    case 1:
      return line.slice(random(line.length)) + pick(LINES).slice(0, random(60));
    case 2:
      return pick(ODD) + pick(ODD);
    case 3:
      return pick(ODD) + line.slice(0, random(line.length)) + pick(ODD);
    case 4:
      return [...line].sort(() => random(3) - 1).join("");
    case 5:
      return Array.from({ length: 1 + random(5) }, () => pick(ODD)).join("");
    case 6:
      return line.replace(/\d/g, () => String(random(10))) + pick([" ", "", ", ", " | ", "\n"]);
    default: {
      const at = random(line.length);
      return line.slice(0, at) + pick(ODD).repeat(1 + random(20)) + line.slice(at);
    }
  }
}

/** What is repeated may stay as it is, or have other letters and digits each time, so that no shape comes twice. */
function grow(text, changes, bytes) {
  const parts = [];
  for (let size = 0; size < bytes;) {
    const part = changes
      ? text.replace(/[a-z0-9]/g, (one) => (one >= "a" ? String.fromCharCode(97 + random(26)) : String(random(10))))
      : text;
    parts.push(part || " ");
    size += Math.max(1, Buffer.byteLength(part));
  }
  return Buffer.concat([Buffer.from(parts.join("")).subarray(0, bytes), Buffer.from("\n")]);
}

function cost(log) {
  const before = process.cpuUsage();
  const extractor = createExtractor();
  extractor.push("stdout", log, 0, 0);
  extractor.end();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
const least = (log, tries) => Math.min(...Array.from({ length: tries }, () => cost(log)));

/** Of a line, 64 KB are kept at most, so only below that can its cost grow. */
function growth(make, tries) {
  const [small, middle, large] = [SIZE / 4, SIZE / 2, SIZE].map((bytes) => least(make(bytes), tries));
  // Below a millisecond the clock and the collector are most of it. Both times, since at some length there may first be
  // something to look at.
  return { ratio: large < 1000 ? 0 : Math.min(large / middle, middle / small), speed: SIZE / large };
}

const found = [];
let worse = 0;
let tried = 0;
const end = performance.now() + SECONDS * 1000;
while (performance.now() < end) {
  const text = fragment();
  const form = pick(["one line", "lines"]);
  const changes = random(2) === 0;
  const start = seed;
  const make = (bytes) => {
    seed = start;
    return grow(form === "lines" ? `${text}\n` : text.replaceAll("\n", " "), changes, bytes);
  };
  let { ratio, speed } = growth(make, 2);
  for (let tries = 4; ratio > MOST_GROWTH && tries <= 16; tries *= 2) ({ ratio, speed } = growth(make, tries));
  random(1);
  tried += 1;
  const report = { speed, ratio, form, changes, text };
  if (ratio > MOST_GROWTH) {
    worse += 1;
    process.stdout.write(`grows ${ratio.toFixed(1)} times: ${JSON.stringify(report)}\n`);
  }
  found.push(report);
  if (found.length > 2000) found.sort((one, other) => one.speed - other.speed).length = 100;
}

/** Read again and again, as a watcher does: a kind of line that is new is read several times slower until it is compiled. */
function measured({ form, changes, text }) {
  const log = grow(form === "lines" ? `${text}\n` : text.replaceAll("\n", " "), changes, 500_000);
  const lines = log.reduce((count, byte) => count + Number(byte === 0x0a), 0);
  const microseconds = least(log, 8);
  return { megabytes: log.length / microseconds, perLine: microseconds / lines, form, changes, text };
}

found.sort((one, other) => one.speed - other.speed);
process.stdout.write(`${tried} kinds of input, ${worse} of them worse than linear; the slowest:\n`);
const slowest = found.slice(0, 40).map(measured);
for (const { megabytes, perLine, form, changes, text } of slowest.sort(
  (one, other) => one.megabytes - other.megabytes,
)) {
  const speed = `${megabytes.toFixed(1).padStart(7)} MB/s ${perLine.toFixed(1).padStart(8)} µs a line`;
  process.stdout.write(`${speed}  ${form}${changes ? ", changing" : ""}: ${JSON.stringify(text.slice(0, 100))}\n`);
}
process.exitCode = worse > 0 ? 1 : 0;
