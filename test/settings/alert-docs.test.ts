import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAlertRule } from "../../src/settings/alert-grammar.ts";
import { BUILT_IN_ALERTS } from "../../src/settings/built-in-alerts.ts";
import { settingsOf } from "./scene.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/alerts.md"), "utf8");
const [, conditions = "", builtIn = ""] = /## Rules\n(.*?)## Without a word from you\n(.*?)## From/s.exec(text) ?? [];

/** The code in the first column of the first table. */
function rulesIn(section: string): string[] {
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => [...(row.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));
}

describe("docs/alerts.md", () => {
  test.each(rulesIn(conditions))("has a rule that can be typed: %s", (rule) => {
    expect(parseAlertRule(rule, "/").text).not.toBe("");
  });

  test("has tracelet's own rules", () => {
    expect(rulesIn(builtIn)).toEqual(BUILT_IN_ALERTS);
  });

  test("has a settings file that can be read", async () => {
    const [, toml = ""] = /```toml\n(.*?)```/s.exec(text) ?? [];
    const env = { SLACK_WEBHOOK_URL: "https://hooks.example.com/T0" };
    const { alert, webhook } = await settingsOf({ files: { "tracelet.toml": toml }, env });
    expect(alert.map((rule) => rule.text)).toEqual([
      "memory_percent > 85 for 30s clear 80 repeat 30m => warning",
      "val_loss not improved (min) for 20 points",
      "rate(disk_used) > 1000000000",
      "cpu_percent off",
    ]);
    expect(webhook?.format).toBe("slack");
  });
});
