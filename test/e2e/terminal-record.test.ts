import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { progressAvailable, progressPython } from "../support/progress/venv.ts";
import { openTerminal, WRAPPED } from "../support/terminal.ts";
import { EXECUTABLE, journalSoFar, readOnlyJournal, runFolders, temporaryFolder, until } from "../support/tracelet.ts";

async function metricsIn(cwd: string) {
  const journal = await readOnlyJournal(cwd);
  return journal
    .filter(({ type }) => type === "metrics")
    .map(({ step, metrics }) => ({ step, ...(metrics as object) }));
}

describe("of a run on a terminal", () => {
  test("the output log has every byte, and metrics are found in it", async () => {
    const cwd = await temporaryFolder();
    const script = "for step in 1 2 3; do echo step=$step loss=0.$step; done; echo to stderr >&2";
    const terminal = await openTerminal([...WRAPPED, "sh", "-c", script], { cwd });
    await terminal.finish();
    const [folder = ""] = await runFolders(cwd);
    expect(await readFile(join(folder, "output.log"))).toEqual(terminal.bytes());
    expect(await metricsIn(cwd)).toEqual([
      { step: 1, loss: 0.1 },
      { step: 2, loss: 0.2 },
      { step: 3, loss: 0.3 },
    ]);
  });

  test("a line that is wider than the terminal is one line", async () => {
    const cwd = await temporaryFolder();
    const line = `step=4 ${Array.from({ length: 20 }, (_, number) => `metric_${number}=${number}.5`).join(" ")}`;
    const terminal = await openTerminal([...WRAPPED, "echo", line], { cwd, columns: 40 });
    await terminal.finish();
    const [metrics] = await metricsIn(cwd);
    expect(metrics).toMatchObject({ step: 4, metric_0: 0.5, metric_19: 19.5 });
  });

  test("a line that is redrawn counts once, with its last state", async () => {
    const cwd = await temporaryFolder();
    const program = String.raw`
for epoch in range(2):
    for step in range(50): print(f"\repoch={epoch} loss={100 - step}", end="", flush=True)
    print()
`;
    const terminal = await openTerminal([...WRAPPED, "python3", "-c", program], { cwd });
    await terminal.finish();
    expect(await metricsIn(cwd)).toEqual([
      { step: 0, loss: 51 },
      { step: 1, loss: 51 },
    ]);
  });
});

describe.skipIf(!(await progressAvailable()))("of tqdm on a terminal", () => {
  let python = "";
  beforeAll(async () => {
    python = await progressPython();
  });

  test("the last state of a bar counts", async () => {
    const cwd = await temporaryFolder();
    const program = `
from tqdm import trange
with trange(200, desc="train", mininterval=0) as bar:
    for step in bar: bar.set_postfix(loss=f"{1000 - step}")
`;
    const terminal = await openTerminal([...WRAPPED, python, "-c", program], { cwd });
    await terminal.finish();
    expect(terminal.text()).toMatch(/200\/200/);
    const points = await metricsIn(cwd);
    expect(points.at(-1)).toMatchObject({ loss: 801 });
    expect(points.length).toBeLessThan(5);
  });
});

const ALERTED = [process.execPath, EXECUTABLE, "run", "--alert", "loss > 5"];

describe("a line of tracelet's own", () => {
  test("does not stand in a full-screen program's picture, and comes when that has gone", async () => {
    const cwd = await temporaryFolder();
    const program = String.raw`
import os, sys, time
print("\x1b[?1049h\x1b[2J\x1b[H", end="")
print("a picture\r\nloss=9\r\n", end="", flush=True)
while not os.path.exists("go"): time.sleep(0.02)
print("\x1b[?1049lafter it", flush=True)
`;
    await writeFile(join(cwd, "full.py"), program);
    const terminal = await openTerminal([...ALERTED, "--", "python3", "full.py"], { cwd });
    await terminal.shows("a picture");
    const [folder = ""] = await runFolders(cwd);
    await until("the alert", async () => (await journalSoFar(folder)).some(({ type }) => type === "alert"));
    expect(terminal.text()).toBe("a picture\nloss=9");
    await writeFile(join(cwd, "go"), "");
    await terminal.finish();
    expect(terminal.text()).toMatch(/after it[^]*tracelet: alert \w+: loss 9 > 5/);
    expect(terminal.look().buffer).toBe("normal");
  });

  test("has a line to itself beside a command that has the keys one by one", async () => {
    const cwd = await temporaryFolder();
    const program = String.raw`
import os, termios, time, tty
saved = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"loss=9\r\nunended")
os.read(0, 1)
os.write(1, b"\r\nafter\r\n")
termios.tcsetattr(0, termios.TCSADRAIN, saved)
`;
    await writeFile(join(cwd, "raw.py"), program);
    const terminal = await openTerminal([...ALERTED, "--", "python3", "raw.py"], { cwd });
    await terminal.shows(/^tracelet: alert \w+: loss 9 > 5 at step 0$/m);
    terminal.type("x");
    await terminal.finish();
    const lines = terminal.text().split("\n").slice(0, 4);
    expect(lines).toEqual(["loss=9", "unended", expect.stringMatching(/^tracelet: alert/), ""]);
    expect(terminal.text()).toMatch(/^after$/m);
  });
});
