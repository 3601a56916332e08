// The hard tests in full: 200 kills of each kind, a hundred tracelets at once, and an hour of a chatty run. Keeps what came of each in
// docs/soak-results.json, and writes docs/soak.md of it. Usage: npm run soak [-- KILLS SECONDS]; with 0 for one of them,
// that part is left out and its last result stays.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";

const [kills = "200", seconds = "3600"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tracelet-soak-"));
const file = join(folder, "results.jsonl");
const kept = "docs/soak-results.json";
writeFileSync(file, "");
const { status } = spawnSync("npx", ["vitest", "run", "test/soak"], {
  stdio: "inherit",
  env: { ...process.env, SOAK_KILLS: kills, SOAK_SECONDS: seconds, SOAK_RUNS: "100", SOAK_RESULTS: file },
});
const found = readFileSync(file, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => ({ ...JSON.parse(line), ...circumstances() }));
rmSync(folder, { recursive: true });
const results = { ...(existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {}) };
for (const result of found) results[partOf(result)] = result;
writeFileSync(kept, `${JSON.stringify(results, undefined, 2)}\n`);
writeFileSync("docs/soak.md", page(results));
process.exit(status ?? 1);

function partOf({ victim, atOnce }) {
  return victim ?? (atOnce === undefined ? "chatty" : "many");
}

function circumstances() {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  return {
    tracelet: version,
    node: process.versions.node,
    linux: release(),
    cores: cpus().length,
    date: new Date().toISOString().slice(0, 10),
  };
}

function page({ chatty, many, ...rest }) {
  const kills = Object.values(rest);
  const [{ tracelet, node, linux, cores, date } = chatty ?? many] = kills;
  return `<!-- Written by: npm run soak -->

# The last soak

tracelet ${tracelet}, Node ${node}, Linux ${linux.split("-")[0]}, ${cores} cores, ${date}.

Each run prints 600 numbered lines, one every three milliseconds, keeps a record of its own beside them, and ends with
status 7. At a moment spread evenly over the run, SIGKILL hits the process that the first column names. Then
\`tracelet sync\` is typed twice, with a real MLflow server.

| killed  | runs | commands hurt | journaled points lost or doubled | faults on the server |
| ------- | ---- | ------------- | -------------------------------- | -------------------- |
${kills.map(({ victim, kills: count, hurt, lost, uploaded }) => `| ${victim.padEnd(7)} | ${String(count).padEnd(4)} | ${String(hurt).padEnd(13)} | ${String(lost).padEnd(32)} | ${String(uploaded).padEnd(20)} |`).join("\n")}

"Hurt": the command's own record is not complete, or its output or status did not come through. When both processes are
killed at once the command meets a closed pipe, as it would behind any reader that ends.
${many === undefined ? "" : crowd(many)}${chatty === undefined ? "" : hour(chatty)}`;
}

function crowd({ atOnce, syncs }) {
  return `
${atOnce} tracelets were started at once in one store: each command's status and points were recorded, \`tracelet runs\` had every
run as it ended, and of ${syncs} \`tracelet sync\` at once each run was uploaded by one, every point once.
`;
}

function hour({ seconds, points, lines, memoryInTheMiddle, memoryAtTheEnd }) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  return `
A run of ${seconds} s that prints 200 lines a second: ${points.toLocaleString("en")} of ${lines.toLocaleString("en")} points in the journal; both processes together have
${megabytes(memoryInTheMiddle)} MB of their own in the third quarter of it and ${megabytes(memoryAtTheEnd)} MB in the last.
`;
}
