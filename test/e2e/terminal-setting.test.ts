import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTerminal } from "../support/terminal.ts";
import { EXECUTABLE, start, temporaryFolder, tracelet } from "../support/tracelet.ts";

const LOOK = `python3 -c "import os; print([os.isatty(number) for number in range(3)])"`;
const RUN = [process.execPath, EXECUTABLE, "run", "--quiet"];

describe("--pty", () => {
  test("never: pipes, also on a terminal", async () => {
    const terminal = await openTerminal([...RUN, "--pty", "never", "--", "sh", "-c", LOOK], {
      cwd: await temporaryFolder(),
    });
    await terminal.finish();
    expect(terminal.text()).toBe("[True, False, False]");
  });

  test("never: a Ctrl-C and a line that is typed reach the command all the same", async () => {
    const terminal = await openTerminal(
      [...RUN, "--pty", "never", "--", "sh", "-c", "read line; echo $line; sleep 60"],
      {
        cwd: await temporaryFolder(),
      },
    );
    terminal.type("typed\r");
    await terminal.shows(/typed\ntyped/);
    terminal.type("\x03");
    expect(await terminal.finish()).toEqual({ code: null, signal: "SIGINT" });
  });

  test("always: terminals of the usual size, also into pipes, with each line's end as it was", async () => {
    const show = `${LOOK}; stty size <&1; stty size <&2 >&2`;
    const { stdout, errors } = await tracelet(["run", "--quiet", "--pty", "always", "--", "sh", "-c", show], {
      cwd: await temporaryFolder(),
    });
    expect([stdout.toString(), errors]).toEqual(["[False, True, True]\n24 80\n", "24 80\n"]);
  });

  test("auto: none of it where there is no terminal", async () => {
    const { stdout } = await tracelet(["run", "--quiet", "--", "sh", "-c", LOOK], { cwd: await temporaryFolder() });
    expect(stdout.toString()).toBe("[False, False, False]\n");
  });
});

/** Another device where new terminals are had, for this process and its children only. */
const WITHOUT_TERMINALS = ["unshare", "--mount", "sh", "-c", 'mount --bind /dev/null /dev/ptmx && exec "$@"', "sh"];

const canBeWithout = await start(WITHOUT_TERMINALS[0] ?? "", [...WITHOUT_TERMINALS.slice(1), "true"]).ended.then(
  ({ code }) => code === 0,
  () => false,
);
if (!canBeWithout) process.stderr.write("skipped: the tests without pseudo-terminals, which need root and unshare\n");

describe.skipIf(!canBeWithout)("where no pseudo-terminal can be had,", () => {
  test("that is said once, and the command has pipes", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "look.sh"), LOOK);
    const terminal = await openTerminal([...WITHOUT_TERMINALS, ...RUN, "--", "sh", "look.sh"], { cwd });
    expect(await terminal.finish()).toEqual({ code: 0, signal: null });
    expect(terminal.text()).toContain("[True, False, False]");
    expect(
      terminal
        .text()
        .replaceAll("\n", "")
        .match(/no pseudo-terminal could be had/g),
    ).toHaveLength(1);
  });
});
