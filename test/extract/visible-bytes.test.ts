import * as fc from "fast-check";
import { expect, test } from "vitest";
import { visibleText } from "../../src/extract/lines/terminal-text.ts";
import { createVisibleBytes, LONGEST } from "../../src/extract/lines/visible-bytes.ts";

const visible = createVisibleBytes();

function written(text: string): string | undefined {
  const bytes = Buffer.from(text, "latin1");
  const length = visible.write(bytes, 0, bytes.length);
  return length === -1 ? undefined : visible.bytes.toString("latin1", 0, length);
}

test("colours are taken away, and backspaces move the cursor back", () => {
  expect(written("\u001b[1;32mINFO\u001b[0m step 5 \u001b(B\u001b[K")).toBe("INFO step 5");
  expect(written("10%\b\b\b20%")).toBe("20%");
  expect(written("loss 0.5\b\b")).toBe("loss 0.5");
});

test("what needs more than one look is left to the patterns", () => {
  expect(written("\u001b]0;title\u0007loss 0.5")).toBeUndefined();
  expect(written("\u001b\u001b[32m0.5")).toBeUndefined();
  expect(written("a\rb")).toBeUndefined();
  expect(written("µ")).toBeUndefined();
  expect(written("a".repeat(LONGEST))).toBeDefined();
  expect(written("a".repeat(LONGEST + 1))).toBeUndefined();
});

/** The same by patterns alone: what is longer is left to them. */
function byPatterns(text: string): string {
  return visibleText(Buffer.from(`${text}${"\u001b[K".repeat(LONGEST)}`, "latin1"));
}

test("what it writes is what the patterns show", () => {
  const piece = fc.constantFrom(
    ..."\u001b|\u001b[|\b|\t|\u001b[0m|m|12|;|(| |/|B|7|@|?|a|loss|~|\u001b[2K|\u0001".split("|"),
  );
  let plain = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      // A sequence that is not whole would take what stands behind it.
      const shown = written(`${text}.`);
      if (shown === undefined) return;
      plain += 1;
      expect(shown).toBe(byPatterns(`${text}.`));
    }),
    { numRuns: 5000 },
  );
  expect(plain).toBeGreaterThan(1000);
});
