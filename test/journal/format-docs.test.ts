import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeLine } from "../../src/journal/decode.ts";
import { encodeRecord } from "../../src/journal/encode.ts";
import { JOURNAL_VERSION } from "../../src/model/record.ts";
import { temporaryFolder } from "./support.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/journal-format.md"), "utf8");
const examples = blocks("jsonl");
const recipes = blocks("sh");
const hasJq = (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "jq")));

describe("docs/journal-format.md", () => {
  test("is about this version", () => {
    expect(text).toContain(`## The journal, version ${JOURNAL_VERSION}`);
  });

  test.each(examples)("has an example that is a record as the writer writes it: %s", (line) => {
    const decoded = decodeLine(line);
    expect(decoded).toHaveProperty("record");
    expect("record" in decoded && encodeRecord(decoded.record)).toBe(`${line}\n`);
  });

  test("has every type of record under its own heading", () => {
    const types = examples.map((line) => String((JSON.parse(line) as { type: unknown }).type));
    const headings = [...text.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(types);
    // The message for a record without fields says whether its type is known.
    expect(types.every((type) => "damage" in decodeLine(JSON.stringify({ type })))).toBe(true);
    expect(types).toHaveLength(15);
  });

  test.runIf(hasJq)("has recipes for jq that work", () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "journal.jsonl"), examples.map((line) => `${line}\n`).join(""));
    const [losses = "", cpu = "", wrong = "", end = ""] = recipes.map((recipe) =>
      execFileSync("sh", ["-c", recipe], { cwd, encoding: "utf8" }),
    );
    expect(recipes).toHaveLength(4);
    expect(losses).toBe("3\t0.5\n");
    expect(JSON.parse(cpu)).toEqual({ mean: 87.5, max: 87.5 });
    expect(wrong.trimEnd().split("\n")).toHaveLength(4);
    expect(JSON.parse(end)).toEqual({ status: "failed", exitCode: 3, seconds: 40.15 });
  });
});

function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, "gms"))].map(([, block = ""]) => block);
}
