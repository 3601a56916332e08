import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTerminal } from "../support/terminal.ts";
import { EXECUTABLE, temporaryFolder } from "../support/tracelet.ts";

/** Counts what it is told, until it is told to end; in a process group of its own where that is asked for. */
const COUNTING = `
import os, signal, sys, time
count = 0
def tell(*_):
    global count
    count += 1
    print("told", count, flush=True)
signal.signal(signal.SIGINT, tell)
if sys.argv[1:] == ["alone"]:
    os.setpgrp()
print("ready", flush=True)
while not os.path.exists("go"):
    time.sleep(0.02)
print("was told", count, "times", flush=True)
`;

describe("Ctrl-C at a terminal reaches a command once", () => {
  test.each([
    ["that lives in a terminal of its own", "$WRAP python3 count.py"],
    ["in a pipeline, which the terminal tells itself", "$WRAP python3 count.py | cat"],
    ["that has left the process group", "$WRAP python3 count.py alone | cat"],
  ])("%s", async (_, line) => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "count.py"), COUNTING);
    // The others in the foreground do not care.
    const terminal = await openTerminal(["bash", "-c", `trap '' INT; ${line}; echo ended`], {
      cwd,
      env: { WRAP: `${process.execPath} ${EXECUTABLE} run --quiet --` },
    });
    await terminal.shows("ready");
    for (const times of [1, 2]) {
      terminal.type("\x03");
      await terminal.shows(`told ${times}`);
    }
    await writeFile(join(cwd, "go"), "");
    await terminal.shows("ended");
    expect(terminal.text()).toContain("was told 2 times");
  });
});
