// The hard tests in full: 200 kills of each kind, and an hour of a chatty run. Writes docs/soak.md with what came of it.
// Usage: npm run soak [-- KILLS SECONDS]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";

const [kills = "200", seconds = "3600"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tracelet-soak-"));
const results = join(folder, "results.jsonl");
writeFileSync(results, "");
const { status } = spawnSync("npx", ["vitest", "run", "test/soak"], {
  stdio: "inherit",
  env: { ...process.env, SOAK_KILLS: kills, SOAK_SECONDS: seconds, SOAK_RESULTS: results },
});
const found = readFileSync(results, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
rmSync(folder, { recursive: true });
writeFileSync("docs/soak.md", page(found));
process.exit(status ?? 1);

function page(results) {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const kills = results.filter(({ victim }) => victim !== undefined);
  const [chatty] = results.filter(({ points }) => points !== undefined);
  return `<!-- Written by: npm run soak -->

# The last soak

tracelet ${version}, Node ${process.versions.node}, Linux ${release()}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}.

Each run prints 300 numbered lines, one every three milliseconds, keeps a record of its own beside them, and ends with
status 7. At a moment spread evenly over the run, SIGKILL hits the process that the first column names. Then
\`tracelet sync\` is typed twice, with a real MLflow server.

| killed  | runs | commands hurt | journaled points lost or doubled | faults on the server |
| ------- | ---- | ------------- | -------------------------------- | -------------------- |
${kills.map(({ victim, kills: count, hurt, lost, uploaded }) => `| ${victim.padEnd(7)} | ${String(count).padEnd(4)} | ${String(hurt).padEnd(13)} | ${String(lost).padEnd(32)} | ${String(uploaded).padEnd(20)} |`).join("\n")}

"Hurt": the command's own record is not complete, or its output or status did not come through. When both processes are
killed at once the command meets a closed pipe, as it would behind any reader that ends.
${chatty === undefined ? "" : hour(chatty)}`;
}

function hour({ seconds, points, lines, memoryInTheMiddle, memoryAtTheEnd }) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  return `
A run of ${seconds} s that prints 200 lines a second: ${points} of ${lines} points in the journal; both processes together have
${megabytes(memoryInTheMiddle)} MB of their own in the third quarter of it and ${megabytes(memoryAtTheEnd)} MB in the last.
`;
}
