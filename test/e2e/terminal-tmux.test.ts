import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { isInstalled } from "../support/installed.ts";
import { cleanEnvironment, EXECUTABLE, temporaryFolder, until } from "../support/tracelet.ts";

const run = promisify(execFile);

/** Two sessions of a tmux of its own; in `wrapped`, `wrap COMMAND` is `tracelet run`, in `plain` it is the command. */
async function openTmux(files: Readonly<Record<string, string>>) {
  const home = await temporaryFolder();
  const env = { ...cleanEnvironment(), TMUX_TMPDIR: home, TMUX: undefined, LC_ALL: "C.UTF-8", SHELL: "/bin/sh" };
  const tmux = async (...words: string[]) =>
    (await run("tmux", ["-L", "tracelet", "-f", "/dev/null", ...words], { env })).stdout;
  onTestFinished(async () => void (await tmux("kill-server")));
  for (const [name, wrap] of [
    ["plain", 'exec "$@"'],
    ["wrapped", `exec "${process.execPath}" "${EXECUTABLE}" run --quiet -- "$@"`],
  ] as const) {
    const cwd = join(home, name);
    await mkdir(join(cwd, "bin"), { recursive: true });
    await writeFile(join(cwd, "bin", "wrap"), `#!/bin/sh\n${wrap}\n`);
    await chmod(join(cwd, "bin", "wrap"), 0o755);
    for (const [file, text] of Object.entries(files)) await writeFile(join(cwd, file), text);
    const shell = `PS1='prompt> ' PATH="${cwd}/bin:$PATH" exec bash --norc --noprofile -i`;
    await tmux("new-session", "-d", "-s", name, "-x", "80", "-y", "24", "-c", cwd, shell);
  }
  const names = ["plain", "wrapped"];
  const capture = (name: string, ...flags: string[]) => tmux("capture-pane", "-p", "-t", name, ...flags);
  const each = async (...words: string[]) => {
    for (const name of names) await tmux(...words.map((word) => (word === "NAME" ? name : word)));
  };
  return {
    keys: (...keys: string[]) => each("send-keys", "-t", "NAME", ...keys),
    resize: (columns: number, rows: number) =>
      each("resize-window", "-t", "NAME", "-x", String(columns), "-y", String(rows)),
    /** Waits until both show this. */
    async show(text: RegExp): Promise<void> {
      for (const name of names) {
        await until(`${name} shows ${text}`, async () => new RegExp(text, "m").test(await capture(name)), 20);
      }
    },
    /** Waits until both show this and look the same, colours and all; returns how each looks. */
    async looks(text: RegExp): Promise<string[]> {
      await this.show(text);
      const both = () => Promise.all(names.map((name) => capture(name, "-e")));
      const isAlike = async () => {
        const [plain, wrapped] = await both();
        return plain === wrapped;
      };
      await until("both look the same", isAlike, 10).catch(() => {}); // what differs is for the test to show
      return both();
    },
  };
}

type Tmux = Awaited<ReturnType<typeof openTmux>>;

async function expectAlike(tmux: Tmux, text: RegExp): Promise<void> {
  const [plain, wrapped] = await tmux.looks(text);
  expect(wrapped).toBe(plain);
}

describe.skipIf(!isInstalled("tmux"))("in tmux, wrapped and unwrapped look the same:", () => {
  test("a question, Ctrl-Z and fg", async () => {
    const tmux = await openTmux({});
    await tmux.show(/^prompt>/);
    await tmux.keys(`wrap python3 -c 'print("got", input("name? "))'`, "Enter");
    await expectAlike(tmux, /^name\?/);
    await tmux.keys("C-z");
    await expectAlike(tmux, /Stopped[^]*prompt> *$/);
    await tmux.keys("fg", "Enter");
    await tmux.show(/prompt> fg/);
    await tmux.keys("tmux", "Enter");
    const [plain, wrapped] = await tmux.looks(/got tmux[^]*prompt> *$/);
    expect(wrapped).toBe(plain);
  });

  test.skipIf(!isInstalled("vim"))("vim with a split screen, a new size, Ctrl-Z and fg", async () => {
    const tmux = await openTmux({ "text.py": "print('hello')  # a comment\n" });
    await tmux.show(/^prompt>/);
    await tmux.keys("wrap vim -u NONE -i NONE -n -c 'syntax on' text.py", "Enter");
    await expectAlike(tmux, /^print\('hello'\)/);
    await tmux.keys(":split", "Enter");
    await expectAlike(tmux, /hello[^]*hello/);
    await tmux.resize(100, 30);
    await expectAlike(tmux, /hello[^]*hello/);
    await tmux.keys("C-z");
    await expectAlike(tmux, /Stopped[^]*prompt> *$/);
    await tmux.keys("fg", "Enter");
    await expectAlike(tmux, /hello[^]*hello/);
    await tmux.keys(":qa", "Enter");
    const [plain, wrapped] = await tmux.looks(/prompt> *$/);
    expect(wrapped).toBe(plain);
  });

  test.skipIf(!isInstalled("top"))("top takes the screen and gives it back", async () => {
    const tmux = await openTmux({});
    await tmux.show(/^prompt>/);
    await tmux.keys("wrap top -d 60", "Enter");
    await tmux.show(/PID +USER/);
    await tmux.keys("q");
    await tmux.show(/prompt> *$/);
    await tmux.keys("clear; stty -a", "Enter");
    const [plain, wrapped] = await tmux.looks(/icanon[^]*prompt> *$/);
    expect(wrapped).toBe(plain);
  });
});
