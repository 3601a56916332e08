import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { isInstalled } from "../support/installed.ts";
import { progressAvailable, progressPython } from "../support/progress/venv.ts";
import { openPair } from "./terminal-pair.ts";

function file(name: string, text: string) {
  return { prepare: (cwd: string) => writeFile(join(cwd, name), text) };
}

const LINES = Array.from({ length: 200 }, (_, number) => `line ${number}`).join("\n");

describe("programs that take the terminal look the same:", () => {
  test("a debugger's prompt", async () => {
    const program = "total = 1\nfor number in range(3):\n    total += number\nprint('total', total)\n";
    const pair = await openPair(["python3", "-m", "pdb", "program.py"], file("program.py", program));
    // At a prompt that is the last of so many: what is typed earlier is echoed by the terminal and not by the debugger.
    const prompts = (count: number) => new RegExp(`^([^]*?\\(Pdb\\)){${count}}\\s*$`);
    await Promise.all([pair.plain.shows(prompts(1)), pair.wrapped.shows(prompts(1))]);
    for (const [index, typed] of ["next\r", "p total + 41\r", "p tot\t\r", "\x1b[A\r"].entries()) {
      pair.type(typed);
      await Promise.all([pair.plain.shows(prompts(index + 2)), pair.wrapped.shows(prompts(index + 2))]);
    }
    pair.type("continue\r");
    await Promise.all([pair.plain.shows("total 4"), pair.wrapped.shows("total 4")]);
    pair.type("q\r");
    expect(await pair.wrapped.finish()).toEqual(await pair.plain.finish());
    // The path of the program is another folder's.
    const told = (text: string) => text.replaceAll(/^> .*$/gm, "");
    expect(told(pair.wrapped.text())).toBe(told(pair.plain.text()));
  });

  test("a curses program: keys, colours, no echo, a new size", async () => {
    const program = `
import curses
def main(screen):
    curses.start_color(); curses.init_pair(1, curses.COLOR_YELLOW, curses.COLOR_BLUE)
    curses.curs_set(0)
    last = "none"
    while True:
        screen.erase()
        rows, columns = screen.getmaxyx()
        screen.border()
        screen.addstr(1, 2, f"{columns} x {rows}", curses.A_BOLD)
        screen.addstr(rows - 2, columns - 20, f"last: {last}", curses.color_pair(1))
        key = screen.getkey()
        if key == "q": return
        last = key
curses.wrapper(main)
print("left")
`;
    const pair = await openPair(["python3", "program.py"], file("program.py", program));
    await pair.show("80 x 24");
    pair.type("\x1bOA");
    await pair.show("last: KEY_UP");
    pair.type("x");
    await pair.show("last: x");
    pair.resize(60, 15);
    await pair.show("60 x 15");
    expect(pair.wrapped.look()).toMatchObject({ buffer: "alternate", isCursorHidden: true });
    pair.type("q");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
    expect(pair.wrapped.look()).toMatchObject({ buffer: "normal", isCursorHidden: false });
  });

  test.skipIf(!isInstalled("less"))("less: pages, a search, a new size", async () => {
    const pair = await openPair(["less", "text"], file("text", LINES));
    await pair.show("line 22");
    pair.type(" ");
    await pair.show("line 45");
    pair.type("/line 10\r");
    await pair.show("line 122");
    pair.resize(70, 10);
    await pair.show(/line 10\d/);
    pair.type("g");
    await pair.show("line 8");
    pair.type("q");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });

  test.skipIf(!isInstalled("vim"))("vim: text, a new size, the shell's screen when it ends", async () => {
    const vim = ["vim", "-u", "NONE", "-i", "NONE", "-n", "-c", "syntax on", "text.py"];
    const pair = await openPair(vim, file("text.py", "print('hello')  # a comment\n"));
    await pair.show("hello");
    pair.type("oprint('ü漢')\x1b");
    await pair.show("ü漢");
    pair.resize(100, 30);
    await pair.show("hello");
    // And Ctrl-L: whether the last line is cleared is otherwise a matter of when the size was noticed.
    pair.type(":set number\r\x0c");
    await pair.show(/^ +2 print/m);
    pair.type(":wq\r");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });
});

describe.skipIf(!(await progressAvailable()))("progress displays look the same:", () => {
  let python = "";
  beforeAll(async () => {
    python = await progressPython();
  });

  test("tqdm with nested bars", async () => {
    const program = `
import time
from tqdm import trange
for epoch in trange(3, desc="epoch", mininterval=0, bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt}"):
    with trange(4, desc="batch", leave=False, mininterval=0, bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} {postfix}") as bar:
        for batch in bar:
            bar.set_postfix(loss=1 / (1 + batch))
            if epoch == 1 and batch == 2: input()
print("trained")
`;
    const pair = await openPair([python, "program.py"], file("program.py", program));
    await pair.show(/1\/3\n.*2\/4 , loss=0.333/);
    pair.type("\r");
    await pair.show("trained");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });

  test("a rich live table with a new size", async () => {
    const program = `
import sys, time
from rich.live import Live
from rich.table import Table
from rich.console import Console
def table(step):
    table = Table(title="training", expand=True)
    table.add_column("step", style="cyan"); table.add_column("loss", style="bold magenta")
    for row in range(step): table.add_row(str(row), f"{1 / (row + 1):.3f}")
    return table
with Live(table(0), auto_refresh=False) as live:
    for step in range(1, 6):
        live.update(table(step), refresh=True)
        if step == 3: input()
print("width", Console().width)
`;
    const pair = await openPair([python, "program.py"], file("program.py", program));
    await pair.show("0.333");
    expect(pair.wrapped.look().isCursorHidden).toBe(true);
    pair.type("\r");
    await pair.show("width 80");
    expect(await pair.finish()).toEqual({ code: 0, signal: null });
  });
});
