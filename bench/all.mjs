// Runs every benchmark of bench/plan.mjs, one after the other, and writes their figures with the machine and the versions
// that they come from to bench/results/<machine>.json, after each one. `npm run bench:table` makes the README's table of it.
// Usage: node bench/all.mjs [--quick] [ID…]; with ids, only these are run anew and the other figures stay. Needs a build
// and a quiet machine.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { PLAN } from "./plan.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const isQuick = words.includes("--quick");
const ids = words.filter((word) => !word.startsWith("--"));
const unknown = ids.filter((id) => !PLAN.some((entry) => entry.id === id));
if (unknown.length > 0)
  throw new Error(`no benchmark ${unknown.join(", ")}; there are ${PLAN.map(({ id }) => id).join(", ")}`);

const machine = `${process.platform}-${process.arch}-${availableParallelism()}-cores`;
const file = join(folder, "results", `${machine}.json`);
const before = ids.length > 0 && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).benches : {};
const benches = { ...before };
let failures = 0;
for (const { id, file: script, full, quick } of PLAN.filter((entry) => ids.length === 0 || ids.includes(entry.id))) {
  const args = isQuick ? quick : full;
  process.stderr.write(`${id}: node bench/${script} ${args.join(" ")}\n`);
  const started = performance.now();
  const { code, stdout } = await run(script, args);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`${id}: ${code === 0 ? "" : `failed with ${code}, `}${seconds} s\n`);
  if (code !== 0) failures += 1;
  else benches[id] = { args, seconds, date: today(), figures: JSON.parse(stdout).figures };
  write();
}
process.exitCode = failures === 0 ? 0 : 1;

async function run(script, args) {
  const child = spawn(process.execPath, [join(folder, script), "--json", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [stdout, code] = await Promise.all([
    text(child.stdout),
    new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal))),
  ]);
  return { code, stdout };
}

function write() {
  mkdirSync(dirname(file), { recursive: true });
  const about = {
    machine,
    cpu: cpus()[0]?.model.trim(),
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.version,
    python: version("python3", ["--version"]),
    tracelet: JSON.parse(readFileSync(join(folder, "..", "package.json"), "utf8")).version,
    date: today(),
    quick: isQuick,
  };
  writeFileSync(file, `${JSON.stringify({ ...about, benches }, undefined, 2)}\n`);
}

function version(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? (stdout || stderr).trim() : undefined;
}

function today() {
  return new Date().toISOString().slice(0, 10);
}
