import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTerminal } from "../support/terminal.ts";
import {
  type Ended,
  EXECUTABLE,
  runFolders,
  start,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";

test("rm removes the named runs and no others, and with --dry-run only tells", async () => {
  const cwd = await temporaryFolder();
  const names = ["one", "two", "three"];
  for (const name of names) await run(cwd, name);
  const [one = "", two = "", three = ""] = await Promise.all(names.map((name) => idOf(cwd, name)));
  const told = await tracelet(["rm", "one", two, "--dry-run"], { cwd });
  expect(told).toMatchObject({ code: 0, errors: "" });
  expect(told.stdout.toString()).toMatch(
    new RegExp(`^${one}  would be removed, .*B\n${two}  would be.*\n2 runs would be removed, `),
  );
  expect(await ids(cwd)).toEqual([one, two, three].toSorted());
  const done = await tracelet(["rm", "one", two, one], { cwd });
  expect(done.stdout.toString()).toMatch(/2 runs removed, [\d.]+ [kKM]i?B\n$/);
  expect(await readdir(join(cwd, ".tracelet/runs"))).toEqual([three]);
});

test("rm removes what was named although nobody reads what it tells", async () => {
  const cwd = await temporaryFolder();
  for (const name of ["one", "two", "three"]) await run(cwd, name);
  const args = ["-c", `"$@" | true`, "sh", process.execPath, EXECUTABLE, "rm", "one", "two"];
  expect(await start("sh", args, { cwd }).ended).toMatchObject({ code: 0, errors: "" });
  expect(await ids(cwd)).toHaveLength(1);
});

test("a run that is going on stays, with status 1, and goes when it is over", async () => {
  const cwd = await temporaryFolder();
  const running = startTracelet(["run", "--name", "x", "--", "sh", "-c", "until [ -e go ]; do sleep 0.05; done"], {
    cwd,
  });
  await until("the run", async () => (await ids(cwd)).length === 1);
  const kept = await tracelet(["rm", "latest"], { cwd });
  expect(kept.code).toBe(1);
  expect(kept.stdout.toString()).toContain("kept: it is still going on");
  expect((await tracelet(["prune", "--older", "1ms"], { cwd })).stdout.toString()).toBe("nothing to remove\n");
  await writeFile(join(cwd, "go"), "");
  expect((await running.ended).code).toBe(0);
  expect((await tracelet(["rm", "latest"], { cwd })).code).toBe(0);
  expect(await ids(cwd)).toEqual([]);
});

test("a run that is being uploaded stays, and so does a folder that is no run", async () => {
  const cwd = await temporaryFolder();
  await run(cwd, "x");
  const [folder = ""] = await runFolders(cwd);
  // A lease of this process, which lives.
  const lease = { pid: process.pid, host: await hostOf(cwd), token: "t" };
  await writeFile(join(folder, "upload-mlflow.lease"), JSON.stringify(lease));
  expect((await tracelet(["rm", "x"], { cwd })).stdout.toString()).toContain("kept: it is being uploaded");
  await mkdir(join(cwd, ".tracelet/runs/precious"));
  await writeFile(join(cwd, ".tracelet/runs/precious/file"), "");
  expect((await tracelet(["rm", "precious"], { cwd })).stdout.toString()).toContain("kept: its folder has no journal");
  await tracelet(["prune", "--older", "1ms"], { cwd });
  expect(await readdir(join(cwd, ".tracelet/runs/precious"))).toEqual(["file"]);
});

test("prune removes what ended before, with --uploaded only what is complete at its backends", async () => {
  const cwd = await temporaryFolder();
  await run(cwd, "kept-here");
  await run(cwd, "uploaded", "--backend", "null");
  await run(cwd, "left", "--backend", "null", "--upload", "never");
  const [keptHere = "", uploaded = "", left = ""] = await Promise.all(
    ["kept-here", "uploaded", "left"].map((name) => idOf(cwd, name)),
  );
  expect((await tracelet(["prune", "--older", "1h"], { cwd })).stdout.toString()).toBe("nothing to remove\n");
  const some = await tracelet(["prune", "--older", "1ms", "--uploaded"], { cwd });
  expect(some.stdout.toString()).toContain(`${uploaded}  removed`);
  expect(await ids(cwd)).toEqual([keptHere, left].toSorted());
  expect((await tracelet(["prune", "--older", "1ms"], { cwd })).code).toBe(0);
  expect(await ids(cwd)).toEqual([]);
});

test("what a removal that was cut short has left goes with the next one, but not while that is at it", async () => {
  const cwd = await temporaryFolder();
  await run(cwd, "x");
  const runs = join(cwd, ".tracelet/runs");
  const gone = start("true", []);
  await gone.ended;
  const [left, busy] = [`.removed-20260101-000000-abcd-${gone.pid}`, `.removed-20260101-000000-efgh-${process.pid}`];
  for (const name of [left, busy]) await mkdir(join(runs, name, "deep"), { recursive: true });
  await tracelet(["prune", "--older", "1h", "--dry-run"], { cwd });
  expect(await readdir(runs)).toEqual(expect.arrayContaining([left, busy]));
  expect((await tracelet(["prune", "--older", "1h"], { cwd })).stdout.toString()).toBe("nothing to remove\n");
  expect((await readdir(runs)).filter((name) => name.startsWith("."))).toEqual([busy]);
  await mkdir(join(runs, left));
  await tracelet(["rm", "x"], { cwd });
  expect(await readdir(runs)).toEqual([busy]);
});

describe("prune at a terminal", () => {
  const prune = async (cwd: string, ...flags: readonly string[]) =>
    openTerminal([process.execPath, EXECUTABLE, "prune", "--older", "1ms", ...flags], { cwd });

  test("says what would go and asks; only a yes removes it", async () => {
    const cwd = await temporaryFolder();
    await run(cwd, "x");
    await run(cwd, "y");
    for (const no of ["\r", "no\r", "\x04"]) {
      const terminal = await prune(cwd);
      await terminal.shows(
        /would be removed, .*B\n.* would be removed, .*B\nremove 2 runs, [\d.]+ [kKM]i?B\? \[y\/N\]/,
      );
      terminal.type(no);
      expect(await terminal.finish()).toEqual({ code: 1, signal: null });
      expect(terminal.text()).toContain("nothing removed");
    }
    const cut = await prune(cwd);
    await cut.shows("[y/N]");
    cut.type("\x03");
    expect(await cut.finish()).toEqual({ code: null, signal: "SIGINT" });
    expect(await ids(cwd)).toHaveLength(2);
    const terminal = await prune(cwd);
    await terminal.shows("[y/N]");
    terminal.type("y\r");
    expect(await terminal.finish()).toEqual({ code: 0, signal: null });
    expect(terminal.text()).toMatch(/\n2 runs removed, .*B$/);
    expect(await ids(cwd)).toEqual([]);
  });

  test("does not ask with --yes, or about nothing", async () => {
    const cwd = await temporaryFolder();
    await run(cwd, "x");
    const terminal = await prune(cwd, "--yes");
    expect(await terminal.finish()).toEqual({ code: 0, signal: null });
    expect(await ids(cwd)).toEqual([]);
    const again = await prune(cwd);
    expect(await again.finish()).toEqual({ code: 0, signal: null });
    expect(again.text()).toBe("nothing to remove");
  });
});

test.each([
  [["rm"], "there is no run to remove; type tracelet rm and the id of one"],
  [["rm", "nobody"], 'there is no run "nobody"'],
  [["prune"], "prune needs to know how old a run has to be: type --older 30d"],
  [["prune", "--older", "soon"], '--older is "soon", which is no duration of up to a year: type --older 30d'],
])("%j is refused, and nothing goes", async (words, sentence) => {
  const cwd = await temporaryFolder();
  await run(cwd, "x");
  const refused = await tracelet(words, { cwd });
  expect(refused.code).not.toBe(0);
  expect(refused.errors).toContain(sentence);
  expect(await ids(cwd)).toHaveLength(1);
});

function run(cwd: string, name: string, ...flags: readonly string[]): Promise<Ended> {
  return tracelet(["run", "--quiet", "--name", name, ...flags, "--", "true"], { cwd });
}

/** Runs of one second are in no order. */
async function idOf(cwd: string, name: string): Promise<string> {
  const { stdout } = await tracelet(["runs", "--json"], { cwd });
  const rows = JSON.parse(stdout.toString()) as { id: string; name: string }[];
  return rows.find((row) => row.name === name)?.id ?? "";
}

async function ids(cwd: string): Promise<string[]> {
  return (await runFolders(cwd)).map((folder) => folder.split("/").at(-1) ?? "");
}

/** The name by which leases know this machine. */
async function hostOf(cwd: string): Promise<string> {
  const running = startTracelet(
    ["run", "--quiet", "--dir", "other", "--", "sh", "-c", "until [ -e gone ]; do sleep 0.05; done"],
    { cwd },
  );
  const host = await until("a lease", async () => {
    const [folder = ""] = await runFolders(cwd, "other");
    const lease = await readFile(join(folder, "wrapper.lease"), "utf8").catch(() => "");
    return /"host":("(?:[^"\\]|\\.)*")/.exec(lease)?.[1];
  });
  await writeFile(join(cwd, "gone"), "");
  await running.ended;
  return JSON.parse(host) as string;
}
