import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import {
  readOnlyJournal,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until as become,
} from "../support/tracelet.ts";

const MODULE = `export default { metrics: [], open: () => ({ sample: () => [{ key: "licences", value: 7 }], close() {} }) };`;
const SETTINGS = `
metrics_interval = 0.1
alert = ["queue_waiting > 3"]
[[probe]]
name = "queue"
command = "echo running=1; echo waiting=4"
interval = 0.1
[[probe]]
name = "licences"
module = "licences.mjs"
[[probe]]
name = "broken"
command = "echo what is this"
interval = 0.1
[[probe]]
name = "hanging"
command = "sleep 100"
timeout = 0.3
interval = 0.1
`;

test("a run reads the user's own probes, judges them by alerts, and names those that do not work once", async () => {
  const cwd = await folderWithProbes();
  const ended = await tracelet(
    ["run", "--", ...(await until(cwd, { queue_waiting: 3, licences: 1, "custom:broken": 1, "custom:hanging": 1 }))],
    { cwd },
  );
  expect(ended.code).toBe(0);
  const journal = await readOnlyJournal(cwd);
  const values = (key: string) =>
    journal.flatMap((record) =>
      record.type === "sample" && key in (record["metrics"] as object)
        ? [(record["metrics"] as Record<string, number>)[key]]
        : [],
    );
  expect(values("queue_waiting").length).toBeGreaterThanOrEqual(2);
  expect(new Set(values("queue_waiting"))).toEqual(new Set([4]));
  expect(values("licences")).toEqual([7]);
  expect(ended.errors).toMatch(/^tracelet: alert .*: queue_waiting 4 > 3$/m);
  const warnings = ended.errors.split("\n").filter((line) => line.includes("is skipped"));
  expect(warnings.toSorted()).toEqual([
    expect.stringMatching(/^tracelet: the probe 'broken' is skipped: .*printed 'what is this', which is no number/),
    expect.stringMatching(/^tracelet: the probe 'hanging' is skipped: .*did not end within 0\.3 s/),
  ]);
  expect(journal.filter(({ type, probe }) => type === "unavailable" && probe === "custom:broken")).toHaveLength(1);
});

test("a command that is at work when tracelet is killed is ended, with what it has started", async () => {
  const cwd = await temporaryFolder();
  const settings = `[[probe]]\nname = "slow"\ncommand = "sleep 600 & echo $! $$ >> pids; wait"\ntimeout = 600\n`;
  await writeFile(join(cwd, "tracelet.toml"), settings);
  // Ends by itself when the folder goes, with the test.
  const command = ["sh", "-c", "while [ -e tracelet.toml ]; do sleep 0.05; done"];
  const running = startTracelet(["run", "--quiet", "--", ...command], { cwd });
  const started = await become("the command", async () => pidsIn(cwd, 2));
  const watcherOf = async (count: number) => {
    const watchers = (await readOnlyJournal(cwd)).filter(({ type }) => type === "watcher");
    return watchers.length >= count ? Number(watchers.at(-1)?.["pid"]) : undefined;
  };
  process.kill(await become("a watcher", () => watcherOf(1)), "SIGKILL");
  await become("the end of all of it", () => started.every((pid) => !isRunning(pid)));
  const again = (await become("the command of the next watcher", async () => pidsIn(cwd, 4))).slice(2);
  const next = await become("the next watcher", () => watcherOf(2));
  running.kill("SIGKILL");
  process.kill(next, "SIGKILL");
  await become("the end of that one too", () => again.every((pid) => !isRunning(pid)));
  expect(new Set([...started, ...again]).size).toBe(4);
});

async function pidsIn(cwd: string, count: number): Promise<number[] | undefined> {
  const words = (await readFile(join(cwd, "pids"), "utf8").catch(() => "")).split(/\s+/).filter(Boolean);
  return words.length >= count ? words.map(Number) : undefined;
}

/** A zombie whose parent is not one to wait for it has ended, too. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // ENOENT, ESRCH: it is gone
  }
}

test("a snapshot waits for them and has their reasons beside the others", async () => {
  const cwd = await folderWithProbes();
  const { metrics, unavailable } = JSON.parse(textOf(await tracelet(["snapshot", "--json"], { cwd })));
  expect(metrics).toMatchObject({ queue_running: 1, queue_waiting: 4, licences: 7 });
  expect(unavailable).toContainEqual(expect.objectContaining({ metrics: ["broken"], state: "failed" }));
});

test("a module that hangs, or throws where nobody waits for it, costs its own numbers and nothing else", async () => {
  const cwd = await temporaryFolder();
  const probe = (name: string, timeout: number) =>
    `[[probe]]\nname = "${name}"\nmodule = "${name}.mjs"\ninterval = 0.1\ntimeout = ${timeout}\n`;
  await writeFile(join(cwd, "tracelet.toml"), `metrics_interval = 0.1\n${probe("stray", 20)}${probe("endless", 0.5)}`);
  await writeFile(
    join(cwd, "stray.mjs"),
    `console.log("noise"); setTimeout(() => Promise.reject(new Error("stray"))); ${MODULE}`,
  );
  await writeFile(join(cwd, "endless.mjs"), "for (;;);");
  const ended = await tracelet(
    ["run", "--quiet", "--", ...(await until(cwd, { "type.:.sample": 5, "custom:endless": 1, "custom:stray": 1 }))],
    {
      cwd,
    },
  );
  expect([ended.code, ended.stdout.toString(), ended.errors]).toEqual([0, "", ""]);
  const journal = await readOnlyJournal(cwd);
  expect(journal.filter(({ type }) => type === "watcher")).toHaveLength(1);
  expect(journal.filter(({ type }) => type === "sample").length).toBeGreaterThanOrEqual(5);
  const failures = journal.filter(({ type, state }) => type === "unavailable" && state === "failed");
  expect(Object.fromEntries(failures.map(({ probe: id, reason }) => [id, reason]))).toEqual({
    "custom:endless": "could not be read: did not answer within 0.5 s",
    "custom:stray": "could not be read: stray",
  });
});

/**
 * A command that ends when the journal has so many lines with each of these; after half a minute it gives up. It is a file
 * of its own, so that the words are not in the journal as part of the command.
 */
async function until(cwd: string, lines: Readonly<Record<string, number>>): Promise<string[]> {
  const conditions = Object.entries(lines).map(
    ([text, count]) => `[ "$(grep -c '${text}' .tracelet/runs/*/journal.jsonl)" -ge ${count} ]`,
  );
  await writeFile(join(cwd, "wait.sh"), `for i in $(seq 300); do ${conditions.join(" && ")} && exit; sleep 0.1; done`);
  return ["sh", "wait.sh"];
}

async function folderWithProbes(): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "tracelet.toml"), SETTINGS);
  await writeFile(join(cwd, "licences.mjs"), MODULE);
  return cwd;
}
