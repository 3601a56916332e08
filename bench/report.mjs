// What a report of a great many points costs: seconds and memory to write it (with the time that JSON.parse alone takes
// for the same journal), its size, and how long the page's work for a frame is while the cursor moves and the view zooms.
// Usage: node bench/report.mjs [--json] [POINTS] [METRICS PER LINE]
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { figure, median, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const POINTS = Number(words[0] ?? 1_000_000);
const PER_LINE = Number(words[1] ?? 2);
const DAY_MS = 86_400_000;
const SAMPLE_MS = 10_000;
const LOOK_MS = 20;
const MOVES = 120;
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
const run = join(folder, ".tracelet", "runs", "20261122-201530-k3f9");

mkdirSync(run, { recursive: true });
writeJournal(join(run, "journal.jsonl"));
const lines = readFileSync(join(run, "journal.jsonl"), "utf8").trimEnd().split("\n");
const before = performance.now();
for (const line of lines) JSON.parse(line);
const parsing = (performance.now() - before) / 1000;
say(`${POINTS} points in ${lines.length} lines; JSON.parse of each ${parsing.toFixed(2)} s`);

const rounds = [];
for (let round = 0; round < 3; round += 1) {
  const { seconds, most } = await writeReport();
  rounds.push({ seconds, most });
  const megabytes = statSync(join(run, "report.html")).size / 1e6;
  say(`report ${seconds.toFixed(2)} s, ${megabytes.toFixed(2)} MB, at most ${most} MB of memory`);
}
const browser = chromiumHere();
const firstChart = browser === undefined ? undefined : await openPage(browser);
const figures = [
  figure("time", median(rounds.map(({ seconds }) => seconds)), "s", { "JSON.parse of the journal": parsing }),
  figure("memory", Math.max(...rounds.map(({ most }) => most)), "MB"),
  figure("size", statSync(join(run, "report.html")).size / 1e6, "MB"),
  figure("points", POINTS, "points"),
  ...(firstChart === undefined ? [] : [figure("first_chart", firstChart, "ms")]),
];
if (json) printResult(json, "report", figures, []);
rmSync(folder, { recursive: true });

/** A day: the metrics evenly spread, and a sample of eight GPUs every ten seconds. */
function writeJournal(path) {
  const started = Date.UTC(2026, 10, 22, 20, 15, 30);
  const names = ["loss", "acc", "lr", "grad_norm", "tokens_per_second", "val_loss", "val_acc", "ppl"].slice(
    0,
    PER_LINE,
  );
  const header = {
    id: "20261122-201530-k3f9",
    name: "bench",
    project: "bench",
    command: ["train"],
    cwd: "/",
    host: "bench",
  };
  const rest = { started, tracelet: "0.1.0", params: {}, tags: {}, interval: 10, backends: [] };
  const file = openSync(path, "w");
  let text = `${JSON.stringify({ type: "run", version: 1, ...header, ...rest })}\n`;
  const put = (record) => {
    text += `${JSON.stringify(record)}\n`;
    if (text.length > 1e6) text = (writeSync(file, text), "");
  };
  const count = Math.round(POINTS / PER_LINE);
  let samples = 0;
  for (let step = 0; step < count; step += 1) {
    const after = Math.round((step / count) * DAY_MS);
    for (; samples * SAMPLE_MS <= after; samples += 1) put(sampleOf(started + samples * SAMPLE_MS, samples));
    const metrics = Object.fromEntries(
      names.map((name, index) => [name, Number((index + Math.random() + Math.exp((-5 * step) / count)).toFixed(6))]),
    );
    put({ type: "metrics", timestamp: started + after, step, metrics, stream: "stdout", offset: step * 40 });
  }
  put({ type: "end", status: "finished", ended: started + DAY_MS, exitCode: 0 });
  writeSync(file, text);
  closeSync(file);
}

function sampleOf(timestamp, index) {
  const metrics = {
    cpu_percent: Math.random() * 100,
    memory_percent: Math.random() * 100,
    memory_used: Math.random() * 2 ** 38,
  };
  for (let gpu = 0; gpu < 8; gpu += 1) {
    metrics[`gpu_${gpu}_utilization`] = Math.round(Math.random() * 100);
    metrics[`gpu_${gpu}_memory_used`] = Math.round(Math.random() * 2 ** 36);
    metrics[`gpu_${gpu}_power`] = Math.random() * 700;
    metrics[`gpu_${gpu}_temperature`] = Math.round(50 + Math.random() * 30);
  }
  return { type: "sample", timestamp, index, metrics };
}

async function writeReport() {
  const started = performance.now();
  const child = spawn(process.execPath, [tracelet, "report"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  let most = 0;
  const look = setInterval(() => (most = Math.max(most, peakOf(child.pid))), LOOK_MS);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`exit status ${code}`);
  return { seconds: (performance.now() - started) / 1000, most };
}

/** The most memory that a process has had so far, in MB; 0 where the system does not say. */
function peakOf(pid) {
  try {
    const [, kibibytes] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round((Number(kibibytes ?? 0) * 1024) / 1e6);
  } catch {
    return 0; // no /proc, or the process has just ended
  }
}

function chromiumHere() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders
    .flatMap((at) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(at, name)))
    .find(existsSync);
}

async function openPage(executablePath) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const started = performance.now();
  await page.goto(`file://${join(run, "report.html")}`);
  await page.locator("html[data-charts=ready]").waitFor({ state: "attached" });
  await page.locator(".u-over").first().waitFor();
  const firstChart = Math.round(performance.now() - started);
  say(`first chart after ${firstChart} ms`);
  await page.locator(".chart").first().scrollIntoViewIfNeeded();
  const box = await page.locator(".u-over").first().boundingBox();
  const steps = {
    "cursor moves": `new PointerEvent("mousemove", { clientX: ${box.x} + (${box.width} * index) / ${MOVES}, clientY: ${box.y + 50}, bubbles: true })`,
    zooms: `new KeyboardEvent("keydown", { key: index % 12 < 6 ? "+" : "-", bubbles: true })`,
  };
  for (const [name, event] of Object.entries(steps)) {
    const times = await page.evaluate(`(async () => {
      const times = [];
      const place = document.querySelector(${name === "zooms" ? '".plot"' : '".u-over"'});
      if (${name !== "zooms"}) place.dispatchEvent(new MouseEvent("mouseenter"));
      for (let index = 0; index < ${MOVES}; index += 1) {
        const before = performance.now();
        place.dispatchEvent(${event});
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        times.push(performance.now() - before);
      }
      return times.sort((one, other) => one - other);
    })()`);
    say(
      `${name}: ${times[MOVES >> 1].toFixed(1)} ms in the middle, ${times.at(-1).toFixed(1)} ms at most (a frame is 16.7)`,
    );
  }
  await browser.close();
  return firstChart;
}

function say(text) {
  if (!json) process.stdout.write(`${text}\n`);
}
