import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";

const LOG = `loading 12 files
epoch  train_loss  valid_loss
-----  ----------  ----------
1      0.5         0.75
2      0.25        nan
| eval/           |      |
|    reward       | 21.5 |
|    global_step  | 300  |
done
`;

/** Makes a process tell at its end how large it has been. */
const PEAK_REPORT = `data:text/javascript,${encodeURIComponent(`import { readFileSync, writeSync } from "node:fs";
  process.on("exit", () => {
    const [, peak] = /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "latin1"));
    writeSync(2, "peak " + peak + " kB");
  });`)}`;

async function writeLongLine(file: string, end: string): Promise<void> {
  const piece = "step=1 loss=0.5 | ".repeat(50_000);
  const handle = await open(file, "w");
  for (let written = 0; written < 100e6; written += piece.length) await handle.write(piece);
  await handle.write(end);
  await handle.close();
}

describe("tracelet extract", () => {
  test("reads signs that are not ASCII in the bundle too", async () => {
    const file = join(await temporaryFolder(), "signs.log");
    await writeFile(file, "Accuracy over 5 folds: 87.5 ± 1.2\nEpoch 3: R² = 0.75\n");
    expect(textOf(await tracelet(["extract", file]))).toMatch(/Accuracy.*87\.5[^]*R2.*0\.75/);
  });

  test("prints an object for each point of a file, with the number of its line", async () => {
    const file = join(await temporaryFolder(), "train.log");
    await writeFile(file, LOG);
    const lines = textOf(await tracelet(["extract", file, "--json"]))
      .trimEnd()
      .split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { name: "train_loss", value: 0.5, step: 1, line: 4 },
      { name: "valid_loss", value: 0.75, step: 1, line: 4 },
      { name: "train_loss", value: 0.25, step: 2, line: 5 },
      { name: "valid_loss", value: "NaN", step: 2, line: 5 },
      { name: "eval/reward", value: 21.5, step: 300, line: 7 },
    ]);
  });

  test("reads stdin and prints a table of the series", async () => {
    const [head, ...rows] = textOf(await tracelet(["extract"], { input: LOG }))
      .trimEnd()
      .split("\n");
    expect(head).toMatch(/^METRIC +POINTS +FIRST +LAST +LINE +EXAMPLE$/);
    expect(rows[0]).toMatch(/^train_loss +2 +0\.5 @1 +0\.25 @2 +4 +1 +0\.5 +0\.75$/);
    expect(rows[2]).toMatch(/^eval\/reward +1 +21\.5 @300 +21\.5 @300 +7 +\| +reward /);
  });

  test.runIf(process.platform === "linux").each(["", "\n"])(
    "reads one line of 100 MB that ends with %j in at most 250 MB of memory",
    async (end) => {
      const file = join(await temporaryFolder(), "train.log");
      await writeLongLine(file, end);
      const { code, stdout, errors } = await tracelet(["extract", file, "--json"], {
        env: { NODE_OPTIONS: `--import ${PEAK_REPORT}` },
      });
      expect([code, JSON.parse(stdout.toString())]).toEqual([0, { name: "loss", value: 0.5, step: 1, line: 1 }]);
      const peak = Number(/peak (\d+) kB/.exec(errors)?.[1]);
      expect(peak * 1024).toBeLessThanOrEqual(250e6);
    },
    60_000,
  );

  test("--explain says which dialect took each line, or why none did", async () => {
    const text = textOf(await tracelet(["extract", "--explain"], { input: LOG }));
    expect(text).toContain("loading 12 files\n    no dialect -> nothing: no name with a number");
    expect(text).toContain("tables -> train_loss=0.5 @1  valid_loss=0.75 @1");
    expect(text).toContain("|    reward       | 21.5 |\n    tables -> eval/reward=21.5 @300");
    expect(text).toContain("|    global_step  | 300  |\n    tables -> nothing: only a position\n");
  });

  test("says in a table that there is nothing, and in JSON nothing", async () => {
    expect(textOf(await tracelet(["extract"], { input: "no metrics 1 2 3\n" }))).toMatch(
      /^no metrics found; --explain/,
    );
    expect(textOf(await tracelet(["extract", "--json"], { input: "no metrics 1 2 3\n" }))).toBe("");
  });

  test("--json and --explain together are a mistake, told in one sentence", async () => {
    const { code, errors } = await tracelet(["extract", "--json", "--explain"], { input: LOG });
    expect(code).toBe(2);
    expect(errors).toBe(
      "tracelet: --json and --explain cannot go together; type --json for points, or --explain for lines\n",
    );
  });

  test("names a file that cannot be read", async () => {
    const { code, errors } = await tracelet(["extract", "no-such.log"]);
    expect(code).not.toBe(0);
    expect(errors).toMatch(/^tracelet: the log no-such\.log cannot be read: no such file or directory \(ENOENT\)/);
  });
});
