import { array, assert, constantFrom, nat, oneof, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { endOfSecondScreen, ScreenState } from "../../src/tty/screen-state.ts";

const ESC = "\x1b";

function after(...pieces: readonly string[]): ScreenState {
  const state = new ScreenState();
  for (const piece of pieces) state.take(Buffer.from(piece));
  return state;
}

describe("what is to be set back", () => {
  test.each([
    ["nothing was printed", "", ""],
    ["nothing but text and colours", `plain ${ESC}[1;31mred${ESC}[0m`, ""],
    ["the cursor is hidden", `${ESC}[?25l`, `${ESC}[?25h${ESC}[0m`],
    ["the cursor was hidden and is shown again", `${ESC}[?25l${ESC}[?25h`, ""],
    ["the second screen is up", `${ESC}[?1049h`, `${ESC}[r${ESC}[?1049l${ESC}[0m`],
    ["several modes in one sequence", `${ESC}[?1000;1006h`, `${ESC}[?1000l${ESC}[?1006l${ESC}[0m`],
    ["pastes are in brackets", `${ESC}[?2004h`, `${ESC}[?2004l${ESC}[0m`],
    ["lines no longer wrap", `${ESC}[?7l`, `${ESC}[?7h${ESC}[0m`],
    ["everything was reset", `${ESC}[?25l${ESC}[?1049h${ESC}c`, ""],
    ["a mode that nobody suffers from", `${ESC}[?12h${ESC}[?9999h`, ""],
    ["a sequence that never ends", `${ESC}[?${"1;".repeat(1000)}`, ""],
  ])("when %s", (_, printed, expected) => {
    expect(after(printed).reset()).toBe(expected);
  });

  test("the screen comes first, so that the rest is for the one that stays", () => {
    expect(after(`${ESC}[?1049h${ESC}[?25l${ESC}[?1000h`).reset()).toBe(
      `${ESC}[r${ESC}[?1049l${ESC}[?25h${ESC}[?1000l${ESC}[0m`,
    );
  });

  test("setting it back leaves nothing to set back", () => {
    const state = after(`${ESC}[?47h${ESC}[?25l${ESC}[?7l${ESC}[?1002h`);
    state.take(Buffer.from(state.reset()));
    expect(state.reset()).toBe("");
  });
});

test("it is told whether anything is another than before", () => {
  const state = new ScreenState();
  const told = ["text", `${ESC}[?25`, "l", `${ESC}[?25l`, `${ESC}[?25h`].map((piece) => state.take(Buffer.from(piece)));
  expect(told).toEqual([false, false, true, false, true]);
});

test("the second screen and a hidden cursor show", () => {
  const state = after(`${ESC}[?1047h${ESC}[?25l`);
  expect([state.isSecondScreen, state.isCursorHidden]).toEqual([true, true]);
});

const sequence = oneof(
  tuple(constantFrom(1, 7, 25, 47, 1000, 1006, 1047, 1049, 2004, 12), constantFrom("h", "l")).map(
    ([mode, action]) => `${ESC}[?${mode}${action}`,
  ),
  constantFrom(`${ESC}c`, `${ESC}[0m`, `${ESC}[2J`, "text", "ü漢", "\r\n", ESC, "[?25", "l", "c"),
);

test("pieces that are cut anywhere give the same state", () => {
  assert(
    property(array(sequence, { maxLength: 12 }), array(nat(200), { maxLength: 6 }), (printed, cuts) => {
      const bytes = Buffer.from(printed.join(""));
      const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
      const cut = new ScreenState();
      ends.reduce((from, to) => (cut.take(bytes.subarray(from, to)), to), 0);
      const whole = new ScreenState();
      whole.take(bytes);
      expect(cut.reset()).toBe(whole.reset());
    }),
  );
});

describe("where a piece leaves the second screen", () => {
  test.each([
    ["nowhere", "text", undefined],
    ["where it is entered", `${ESC}[?1049h`, undefined],
    ["behind the sequence", `ab${ESC}[?1049lcd`, 10],
    ["behind the first one", `${ESC}[?47l${ESC}[?1049l`, 6],
  ])("%s", (_, printed, position) => {
    expect(endOfSecondScreen(Buffer.from(printed))).toBe(position);
  });
});
