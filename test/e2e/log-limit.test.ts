import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type JournalLine,
  journalSoFar,
  readJournalLines,
  runFolders,
  startTracelet,
  temporaryFolder,
  until,
} from "../support/tracelet.ts";

const LIMIT = 1_000_000;
/** An eighth of the limit, and the piece that ends it. */
const SEGMENT = LIMIT / 8 + 64 * 1024;

/**
 * Prints a point and a filler of 1 kB for each number below the first argument. Before each number that is named behind it,
 * it waits for a file of that name. After each hundred it waits, if it is to be paced, until the log has them and is not
 * much over its limit: a watcher on a busy machine may take its time.
 */
const CHILD = `
import glob, os, sys, time
points, paced = int(sys.argv[1]), sys.argv[2] == "paced"
waits = [int(word) for word in sys.argv[3:]]
folder = f".tracelet/runs/{os.environ['TRACELET_RUN_ID']}"
def size(name):
    try: return os.stat(name).st_size
    except FileNotFoundError: return 0
def kept(): return sum(map(size, glob.glob(f"{folder}/output*")))
def end():
    newest = max(glob.glob(f"{folder}/output-*.log"), default=None)
    return int(newest[-19:-4]) + size(newest) if newest else size(f"{folder}/output.log")
printed = 0
for n in range(points):
    if n in waits:
        sys.stdout.flush()
        while not os.path.exists(f"go-{n}"): time.sleep(0.02)
    printed += sys.stdout.write(f"step={n} value={n / 8}\\n" + "." * 999 + "\\n")
    if n % 100 == 99:
        sys.stdout.flush()
        while paced and (end() < printed or kept() > ${1.2 * LIMIT}): time.sleep(0.002)
`;

function start(cwd: string, points: number, pace: "paced" | "free", waits: readonly number[]) {
  const command = ["python3", "-c", CHILD, points, pace, ...waits].map(String);
  return startTracelet(["run", "--quiet", "--no-unbuffered", "--log-limit", String(LIMIT), "--", ...command], { cwd });
}

/** What `CHILD` prints. */
function printed(points: number): string {
  return upTo(points).map(pointText).join("");
}

/** Python writes a whole number as `1.0`. */
function pointText(n: number): string {
  return `step=${n} value=${n / 8}${n % 8 === 0 ? ".0" : ""}\n${".".repeat(999)}\n`;
}

describe("a run that prints twenty times its limit", () => {
  const POINTS = 20_000;

  test("keeps its beginning and its end, every byte for the user, and every metric", async () => {
    const cwd = await temporaryFolder();
    const child = start(cwd, POINTS, "paced", []);
    const sizes = watchSize(cwd);
    const { code, stdout } = await child.ended;
    const most = sizes.stop();
    expect(code).toBe(0);
    expect(digest(stdout)).toBe(digest(Buffer.from(printed(POINTS))));
    const [folder = ""] = await runFolders(cwd);
    expect(most).toBeLessThanOrEqual(1.5 * LIMIT);
    expect(sizeOf(folder)).toBeLessThanOrEqual(LIMIT);

    const journal = await readJournalLines(folder);
    const gaps = journal.filter(({ type }) => type === "gap");
    expect(gaps).toMatchObject([{ what: "output", reason: "the output log reached its limit (--log-limit)" }]);
    expect(stepsIn(journal)).toEqual(upTo(POINTS));

    const { from, to, bytes } = gaps[0] as unknown as { from: number; to: number; bytes: number };
    expect(bytes).toBe(to - from);
    const whole = printed(POINTS);
    const note = `\n[tracelet: bytes ${from} to ${to} of the output were removed here: --log-limit]\n`;
    expect(logIn(folder) === whole.slice(0, from) + note + whole.slice(to)).toBe(true);
  });

  test("records each point once, also when its watcher is killed after much was removed", async () => {
    const cwd = await temporaryFolder();
    const child = start(cwd, POINTS, "paced", [8000, 14_000]);
    const killed: unknown[] = [];
    for (const stop of [8000, 14_000]) {
      const folder = await until("the points up to the stop", async () => {
        const [found = ""] = await runFolders(cwd);
        return (await journalSoFar(found)).some(({ step }) => step === stop - 100) && found;
      });
      await until("room", () => sizeOf(folder) <= LIMIT + SEGMENT);
      const watcher = (await journalSoFar(folder)).findLast(({ type }) => type === "watcher")?.["pid"];
      expect(killed).not.toContain(watcher);
      killed.push(watcher);
      process.kill(Number(watcher), "SIGKILL");
      await writeFile(join(cwd, `go-${stop}`), "");
    }
    expect((await child.ended).code).toBe(0);
    const [folder = ""] = await runFolders(cwd);
    const journal = await readJournalLines(folder);
    expect(stepsIn(journal)).toEqual(upTo(POINTS));
    expect(journal.filter(({ type }) => type === "watcher")).toHaveLength(3);
    expect(journal.filter(({ type }) => type === "gap")).toMatchObject([{ what: "output" }]);
  });

  test("stays below twice the limit while the watcher is stopped, and says which points nobody looked for", async () => {
    const cwd = await temporaryFolder();
    const child = start(cwd, POINTS, "free", [500, POINTS - 1]);
    const sizes = watchSize(cwd);
    const { folder, watcher } = await until("the first points", async () => {
      const [found] = await runFolders(cwd);
      const journal = await journalSoFar(found);
      const pid = journal.find(({ type }) => type === "watcher")?.["pid"];
      const isThere = journal.some(({ step }) => step === 400);
      return isThere && found !== undefined && { folder: found, watcher: Number(pid) };
    });
    process.kill(watcher, "SIGSTOP");
    await writeFile(join(cwd, "go-500"), "");
    // The last point is still in the child.
    const most = printed(POINTS - 1).length;
    await until("the rest of the output", () => endOf(folder) >= most);
    process.kill(watcher, "SIGCONT");
    await writeFile(join(cwd, `go-${POINTS - 1}`), "");
    const { code, stdout } = await child.ended;
    expect(sizes.stop()).toBeLessThanOrEqual(2 * LIMIT + SEGMENT);
    expect(code).toBe(0);
    expect(digest(stdout)).toBe(digest(Buffer.from(printed(POINTS))));
    expect(sizeOf(folder)).toBeLessThanOrEqual(LIMIT);

    const journal = await readJournalLines(folder);
    const [gap] = journal.filter(({ what }) => what === "metrics") as unknown as { from: number; to: number }[];
    if (gap === undefined) throw new Error("no gap was journaled");
    const missing = new Set(upTo(POINTS));
    for (const step of stepsIn(journal)) expect(missing.delete(Number(step))).toBe(true);
    expect(missing.size).toBeGreaterThan(POINTS / 2);
    const starts = startsOf(POINTS);
    for (const step of missing) {
      const [begin = 0, end = 0] = [starts[step], starts[step + 1]];
      // In the gap, or the line at one of its edges.
      expect(end >= gap.from && begin <= gap.to).toBe(true);
    }
    expect(journal.filter(({ what }) => what === "output")).toHaveLength(1);
  });
});

test("the log goes on within its limit when the wrapper was killed", async () => {
  const cwd = await temporaryFolder();
  const points = 6000;
  const child = start(cwd, points, "paced", [3000]);
  const [folder = ""] = await until("the points before", async () => {
    const folders = await runFolders(cwd);
    return (await journalSoFar(folders[0])).some(({ step }) => step === 2900) && folders;
  });
  child.kill("SIGKILL");
  await child.ended;
  await writeFile(join(cwd, "go-3000"), "");
  const journal = await until("the end", async () => {
    const records = await journalSoFar(folder);
    return records.some(({ type }) => type === "end") && records;
  });
  expect(sizeOf(folder)).toBeLessThanOrEqual(LIMIT);
  expect(stepsIn(journal)).toEqual(upTo(points));
  expect(logIn(folder).endsWith(printed(points).slice(-100_000))).toBe(true);
});

/** Looks at the size of the output in the only run again and again, for the largest there was. */
function watchSize(cwd: string): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => {
    const [run] = namesIn(join(cwd, ".tracelet", "runs"));
    if (run !== undefined) most = Math.max(most, sizeOf(join(cwd, ".tracelet", "runs", run)));
  }, 5);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

function sizeOf(folder: string): number {
  return outputNames(folder).reduce((sum, name) => {
    return sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}

function outputNames(folder: string): string[] {
  return namesIn(folder).filter((name) => /^output.*\.(log|index)$/.test(name));
}

/** How much was written, what was removed included. */
function endOf(folder: string): number {
  const last = outputNames(folder)
    .filter((name) => /^output-\d+\.log$/.test(name))
    .toSorted()
    .at(-1);
  if (last === undefined) return 0;
  return Number(/\d+/.exec(last)?.[0]) + (statSync(join(folder, last), { throwIfNoEntry: false })?.size ?? 0);
}

/** What `cat output.log output-*` prints, indexes aside. */
function logIn(folder: string): string {
  const others = namesIn(folder).filter((name) => /^output-\d+(\.log|-dropped\.txt)$/.test(name));
  return ["output.log", ...others.toSorted()].map((name) => readFileSync(join(folder, name), "latin1")).join("");
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there is no run yet
  }
}

function stepsIn(journal: readonly JournalLine[]): unknown[] {
  return journal.filter(({ type }) => type === "metrics").map(({ step }) => step);
}

/** Where the text of each point begins in what is printed. */
function startsOf(points: number): number[] {
  let at = 0;
  return upTo(points + 1).map((n) => {
    const start = at;
    at += pointText(n).length;
    return start;
  });
}

function upTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
