import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { chunksOf } from "../../src/backends/mlflow-batches.ts";
import { createKeyBook } from "../../src/backends/mlflow-keys.ts";
import {
  isLegalKey,
  jsonNumber,
  legalKey,
  legalText,
  wholeStep,
  wholeTimestamp,
} from "../../src/backends/mlflow-rules.ts";

describe("keys", () => {
  it.each([
    ["loss", "loss"],
    ["train/loss", "train/loss"],
    ["val loss: mean.1-a", "val loss: mean.1-a"],
    ["größe", "größe"],
    ["gro\u0308ße", "größe"],
    ["acc@1", "acc_1"],
    ["usage (%)", "usage"],
    ["acc(%)", "acc"],
    ["metrics/mAP50(B)", "metrics/mAP50_B"],
    ["mAP@[0.5:0.95]", "mAP_0.5:0.95"],
    ["a=b,c#d", "a_b_c_d"],
    ["/absolute//path/", "absolute/path"],
    ["../up/./x", "up/x"],
    ["%", "unnamed"],
    ["", "unnamed"],
  ])("%j is %j in MLflow", (key, name) => {
    expect(legalKey(key)).toBe(name);
  });

  it("what comes out is always legal, and a legal key is never changed", () => {
    const key = fc
      .string({ unit: "grapheme", maxLength: 400 })
      .map((text) => text.replaceAll("x", "/").replaceAll("y", ".."));
    fc.assert(
      fc.property(key, (text) => {
        expect(isLegalKey(legalKey(text))).toBe(true);
        expect(legalKey(legalKey(text))).toBe(legalKey(text));
      }),
    );
  });

  it("different keys always have different names, the same in every order of sessions", () => {
    const keys = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "_", "1", "2", "%", "@", "/", ".") }));
    fc.assert(
      fc.property(keys, fc.nat(20), (all, cut) => {
        const first = createKeyBook([], []);
        const renamed = first.admit(all.slice(0, cut));
        const names = all.slice(0, cut).map((key) => first.nameOf(key));
        const later = createKeyBook(renamed, names);
        later.admit(all);
        expect(all.slice(0, cut).map((key) => later.nameOf(key))).toEqual(names);
        expect(new Set(all.map((key) => later.nameOf(key))).size).toBe(all.length);
      }),
    );
  });

  it("a key that is legal keeps its name when another of its batch would like it", () => {
    const book = createKeyBook([], []);
    expect(book.admit(["acc@1", "acc_1"])).toEqual([["acc@1", "acc_1_2"]]);
    expect(book.nameOf("acc_1")).toBe("acc_1");
  });
});

describe("numbers and texts", () => {
  it.each([
    [1.9, 1],
    [-1.9, -1],
    [-0.5, 0],
    [1e300, Number.MAX_SAFE_INTEGER],
    [-1e300, -Number.MAX_SAFE_INTEGER],
  ])("step %d is %d", (step, whole) => {
    expect(wholeStep(step)).toBe(whole);
  });

  it("no timestamp is before the epoch", () => {
    expect(wholeTimestamp(-5)).toBe(0);
    expect(wholeTimestamp(1_700_000_000_000.75)).toBe(1_700_000_000_000);
  });

  it("what JSON has no number for is a string", () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5].map(jsonNumber);
    expect(JSON.stringify(values)).toBe('["NaN","Infinity","-Infinity",1.5]');
  });

  it("half characters and NUL are marked, everything else stays", () => {
    expect(legalText("a\0b\uD83Dc 🚀\n")).toBe("a\uFFFDb\uFFFDc 🚀\n");
  });
});

describe("chunks", () => {
  it("hold every entry once, in order, within both limits", () => {
    const entries = fc.array(fc.string({ maxLength: 50 }).map((json) => ({ what: "", json })));
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 60, max: 200 }), (all, most, bytes) => {
        const chunks = chunksOf(all, { entries: most, bytes });
        expect(chunks.flat()).toEqual(all);
        for (const chunk of chunks) {
          expect(chunk.length).toBeLessThanOrEqual(most);
          const size = chunk.reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0);
          expect(chunk.length === 1 || size <= bytes).toBe(true);
        }
      }),
    );
  });
});
