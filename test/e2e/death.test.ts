import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import {
  EXECUTABLE,
  type Ended,
  readOnlyJournal,
  start,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until,
} from "../support/tracelet.ts";

const GROUP = "/sys/fs/cgroup/memory/tracelet-test-death";

/** The lines of the summary that say why, put together. */
function why({ errors }: Ended): string {
  const lines = errors.split("\n");
  const first = lines.findIndex((line) => /^ +why /.test(line));
  const rest = lines.slice(first + 1).findIndex((line) => !/^ {12}/.test(line) || line.includes("│"));
  return first === -1
    ? ""
    : lines
        .slice(first, first + 1 + rest)
        .map((line) => line.replace(/^ +why|^ +/, "").trim())
        .join(" ");
}

const quoted = ({ errors }: Ended) => errors.split("\n").flatMap((line) => /│ (.*)$/.exec(line)?.slice(1) ?? []);
const run = async (script: string, flags: readonly string[] = []) => {
  const cwd = await temporaryFolder();
  return tracelet(["run", ...flags, "--", "sh", "-c", script], { cwd });
};

describe("a command that died is told of with the evidence there is:", () => {
  test("its traceback is quoted to the end", async () => {
    const cwd = await temporaryFolder();
    await writeFile(
      join(cwd, "train.py"),
      "def step():\n    raise ValueError('bad shape (3, 4)')\nprint('loss=1')\nstep()\n",
    );
    const ended = await tracelet(["run", "--", "python3", "train.py"], { cwd });
    expect([ended.code, why(ended)]).toEqual([1, "it ended with an error: ValueError: bad shape (3, 4)"]);
    expect(quoted(ended)[0]).toBe("Traceback (most recent call last):");
    expect(quoted(ended).at(-1)).toBe("ValueError: bad shape (3, 4)");
    const shown = JSON.parse(textOf(await tracelet(["show", "--json"], { cwd })));
    expect(shown.death.findings).toMatchObject([{ cause: "error" }]);
  });

  test("a GPU without memory", async () => {
    const said = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.";
    const ended = await run(
      `echo 'Traceback (most recent call last):'; echo '  File "t.py", line 1, in <module>'; echo '${said}'; exit 1`,
    );
    expect(why(ended)).toBe("the GPU had no memory left, says the output");
    expect(quoted(ended)).toContain(said);
  });

  test("a disk without space", async () => {
    const ended = await run("echo \"OSError: [Errno 28] No space left on device: 'model.pt'\" >&2; exit 1");
    expect(why(ended)).toBe("there was no space left on a disk, says the output");
  });

  test("shared memory that was too small", async () => {
    const ended = await run(
      "echo 'ERROR: Unexpected bus error. This might be caused by insufficient shared memory (shm).'; exit 1",
    );
    expect(why(ended)).toBe("there was not enough shared memory, says the output");
  });

  test("an allocation that was refused (rlimit)", async () => {
    const ended = await run("ulimit -v 400000; exec python3 -c 'x = bytearray(800_000_000)'");
    expect(why(ended)).toBe("an allocation was refused, says the output");
    expect(quoted(ended).at(-1)).toBe("MemoryError");
  });

  test("an exit status of 137 of its own, or of a program below it", async () => {
    const ended = await run("exit 137");
    expect(ended.code).toBe(137);
    expect(why(ended)).toMatch(/^exit status 137: by itself, or because SIGKILL ended a program below it/);
    expect(quoted(ended)).toEqual([]);
  });

  test("a crash", async () => {
    expect(why(await run("kill -SEGV $$"))).toBe("it crashed (SIGSEGV)");
  });

  test("an exit status that nothing explains, with the last lines", async () => {
    const ended = await run("echo one; echo two; exit 9");
    expect([why(ended), quoted(ended)]).toEqual([
      "exit status 9, and its last output does not say why",
      ["one", "two"],
    ]);
  });

  test("nothing is told of one that succeeded", async () => {
    const ended = await run("echo Traceback; echo MemoryError; exit 0");
    expect([why(ended), quoted(ended)]).toEqual(["", []]);
  });

  test("nor of an error that much was printed after", async () => {
    const ended = await run("echo 'Traceback (most recent call last):'; echo 'ValueError: caught'; seq 100; exit 3");
    expect(why(ended)).toBe("exit status 3, and its last output does not say why");
  });
});

describe("a signal", () => {
  test("from outside", async () => {
    const cwd = await temporaryFolder();
    const child = startTracelet(["run", "--", "sh", "-c", "echo $$ > pid; exec sleep 30"], { cwd });
    const pid = await until("its number", async () => {
      return Number(await readFile(join(cwd, "pid"), "utf8").catch(() => "")) || undefined;
    });
    process.kill(pid, "SIGKILL");
    const ended = await child.ended;
    expect(ended.signal).toBe("SIGKILL");
    expect(why(ended)).toMatch(/^a signal from outside: SIGKILL/);
  });

  test("that tracelet was sent as well", async () => {
    const cwd = await temporaryFolder();
    const child = startTracelet(["run", "--", "sh", "-c", "echo begun; exec sleep 30"], { cwd });
    await until("it runs", () => new Promise<boolean>((resolve) => child.stdout?.once("data", () => resolve(true))));
    child.kill("SIGTERM");
    expect(why(await child.ended)).toBe("SIGTERM, which tracelet was sent as well: Ctrl-C, a scheduler, or kill");
  });
});

/** Whether a control group with a limit can be made here. */
function makeGroup(): boolean {
  try {
    mkdirSync(GROUP);
    writeFileSync(`${GROUP}/memory.limit_in_bytes`, "300000000");
    return true;
  } catch {
    return false; // no root, or control groups of version 2 only
  }
}

describe.runIf(makeGroup())("the kernel", () => {
  // Its watcher may still be in it for a moment.
  afterAll(() =>
    until("nobody is left in the group", () => {
      try {
        if (existsSync(GROUP)) rmdirSync(GROUP);
        return true;
      } catch {
        return false;
      }
    }),
  );

  test("that kills a command for memory is told apart from all others who send KILL", async () => {
    const cwd = await temporaryFolder();
    const words = [
      "run",
      "--interval",
      "0.2",
      "--",
      "python3",
      "-c",
      "import time; time.sleep(1); x = bytearray(600_000_000)",
    ];
    const script = `echo $$ > ${GROUP}/cgroup.procs; exec "$@"`;
    const ended = await start("sh", ["-c", script, "sh", process.execPath, EXECUTABLE, ...words], { cwd }).ended;
    expect(ended.signal).toBe("SIGKILL");
    expect(why(ended)).toMatch(/^the kernel killed it for memory: /);
    const [death] = (await readOnlyJournal(cwd)).filter(({ type }) => type === "death");
    expect(death).toMatchObject({ findings: [{ cause: "out of memory" }] });
  });
});

test("a log that is not text harms nobody", async () => {
  const cwd = await temporaryFolder();
  await promisify(execFile)("sh", ["-c", "head -c 100000 /dev/urandom > noise"], { cwd });
  const ended = await tracelet(["run", "--", "sh", "-c", "cat noise; exit 5"], { cwd });
  expect(ended.code).toBe(5);
  expect(why(ended)).not.toBe("");
});
