import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTerminal, type TerminalOptions } from "../support/terminal.ts";
import { EXECUTABLE, runFolders, temporaryFolder } from "../support/tracelet.ts";

/** Writes down what its streams are, in the order of their numbers. */
const LOOK = `
import json, os
def look(number):
    if not os.isatty(number): return "no terminal"
    return ["terminal", *os.get_terminal_size(number)]
def has_terminal():
    try: os.close(os.open("/dev/tty", os.O_RDWR)); return True
    except OSError: return False
one = os.isatty(1) and os.isatty(2) and os.fstat(1).st_rdev == os.fstat(2).st_rdev
json.dump([look(0), look(1), look(2), "one" if one else "two", has_terminal()], open("look.json", "w"))
`;

const ALTERNATE = `
import os
for number in range(100):
    os.write(1, b"out %d\\n" % number)
    os.write(2, b"err %d\\n" % number)
`;

const ALTERNATED = Array.from({ length: 100 }, (_, number) => `out ${number}\nerr ${number}`).join("\n");

/** `$RUN` in a script stands for the words that wrap a command, or for nothing. */
async function shell(script: string, files: Readonly<Record<string, string | Buffer>>, run: string, size: Size = {}) {
  const cwd = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content);
  const env = { NODE: process.execPath, TRACELET: EXECUTABLE };
  const terminal = await openTerminal(["sh", "-c", script.replaceAll("$RUN", run)], { cwd, env, ...size });
  return { cwd, terminal, end: await terminal.finish() };
}

type Size = Pick<TerminalOptions, "columns" | "rows">;

const WRAP = '"$NODE" "$TRACELET" run --quiet --';

/** Writes down its environment, without what says which run and which terminal it is of. */
const TELL = `
import { writeFileSync } from "node:fs";
const told = Object.entries(process.env).filter(([name]) => !/^(TRACELET_|TEST_TERMINAL$)/.test(name));
writeFileSync("told.json", JSON.stringify(Object.fromEntries(told)));
`;

test("the environment is the user's, with what no shell has a name for", async () => {
  const odd = `env -u PWD -u OLDPWD A.B=1 'BASH_FUNC_module%%=() { echo hi; }' $RUN "$NODE" tell.mjs`;
  const told = async (run: string) => {
    const { cwd } = await shell(odd, { "tell.mjs": TELL }, run);
    return JSON.parse(await readFile(join(cwd, "told.json"), "utf8")) as Record<string, string>;
  };
  const wrapped = await told(WRAP);
  expect(wrapped).toEqual(await told(""));
  expect(wrapped).toMatchObject({ "A.B": "1", "BASH_FUNC_module%%": "() { echo hi; }" });
});

test("a command that is named by its path needs no PATH", async () => {
  const { terminal } = await shell("PATH=/nowhere $RUN /bin/echo done", {}, WRAP);
  expect(terminal.text()).toBe("done");
});

describe("each stream keeps its nature:", () => {
  test.each([
    ["all of them the terminal", "$RUN python3 look.py"],
    ["stdout a file", "$RUN python3 look.py > out"],
    ["stdout a pipe", "$RUN python3 look.py | cat"],
    ["stderr a file", "$RUN python3 look.py 2> err"],
    ["stdout and stderr files", "$RUN python3 look.py > out 2> err"],
    ["stdout and stderr one pipe", "$RUN python3 look.py 2>&1 | cat"],
    ["stdin the null device", "$RUN python3 look.py < /dev/null"],
    ["stdin a pipe", "echo typed | $RUN python3 look.py"],
    ["stdin the null device, stdout a file", "$RUN python3 look.py < /dev/null > out"],
    ["stdin the null device, stderr a file", "$RUN python3 look.py < /dev/null 2> err"],
    ["none of them the terminal", "$RUN python3 look.py < /dev/null > out 2>&1"],
  ])("%s", async (_, script) => {
    const looks = await Promise.all(
      ["", WRAP].map(async (run) => {
        const { cwd, end } = await shell(script, { "look.py": LOOK }, run, { columns: 91, rows: 17 });
        return [end, JSON.parse(await readFile(join(cwd, "look.json"), "utf8"))];
      }),
    );
    expect(looks[1]).toEqual(looks[0]);
  });
});

describe("stdout and stderr on one terminal stay in order", () => {
  test.each(["$RUN python3 alternate.py", "$RUN python3 alternate.py < /dev/null"])("%s", async (script) => {
    const { cwd, terminal } = await shell(script, { "alternate.py": ALTERNATE }, WRAP);
    expect(terminal.history()).toBe(ALTERNATED);
    const [folder = ""] = await runFolders(cwd);
    expect((await readFile(join(folder, "output.log"), "utf8")).replaceAll("\r", "").trim()).toBe(ALTERNATED);
  });
});

describe("beside a terminal", () => {
  test.each([
    ["stdout that is a pipe", "$RUN sh -c 'cat bytes; echo to the terminal >&2' | cat > copy"],
    ["stdout that is a file", "$RUN sh -c 'cat bytes; echo to the terminal >&2' > copy"],
    ["stderr that is a file", "$RUN sh -c 'cat bytes >&2; echo to the terminal' 2> copy"],
    [
      "stderr that is a file, with no keyboard,",
      "$RUN sh -c 'cat bytes >&2; echo to the terminal' 2> copy < /dev/null",
    ],
  ])("%s has the same bytes", async (_, script) => {
    const bytes = randomBytes(300_000);
    const { cwd, terminal } = await shell(script, { bytes }, WRAP);
    expect(digest(await readFile(join(cwd, "copy")))).toBe(digest(bytes));
    expect(terminal.bytes().toString()).toBe("to the terminal\r\n");
  });
});

describe("stdin that is no terminal is the user's, with a terminal on stdout", () => {
  test.each([
    ["a file", "$RUN sha256sum < bytes"],
    ["a pipe", "cat bytes | $RUN sha256sum"],
  ])("%s", async (_, script) => {
    const bytes = randomBytes(300_000);
    const { terminal } = await shell(script, { bytes }, WRAP);
    expect(terminal.text()).toContain(digest(bytes));
  });
});

test("a terminal on stdin alone is the command's own to read from", async () => {
  const cwd = await temporaryFolder();
  const env = { NODE: process.execPath, TRACELET: EXECUTABLE };
  const terminal = await openTerminal(["sh", "-c", `${WRAP} head -1 > out 2> err; echo ended`], { cwd, env });
  terminal.type("a line\r");
  await terminal.shows("ended");
  expect(await readFile(join(cwd, "out"), "utf8")).toBe("a line\n");
});

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
