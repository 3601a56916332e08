import type { AlertRule } from "../model/alert.ts";
import { parseAlertRule } from "./alert-grammar.ts";
import { readAlertTable } from "./alert-table.ts";
import { mistake } from "./origin.ts";
import type { SettingSpec } from "./table.ts";
import type { Given } from "./values.ts";
import { readList } from "./values.ts";

/** The rules of one source: texts, and in a file tables as well. */
export function readRules(given: Given, spec: SettingSpec): AlertRule[] {
  const { raw, origin } = given;
  if (origin.source !== "file" || !Array.isArray(raw))
    return readList(given, spec).map((text) => fromText(text, given));
  return raw.map((item: unknown, index): AlertRule => {
    if (typeof item === "string") return fromText(item, given);
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      throw mistake(origin, raw, "which is no list of texts or tables", spec.example);
    }
    const file = origin.label.replace(/^alert in /, "");
    return readAlertTable(item, { label: `[[alert]] number ${index + 1} in ${file}`, folder: origin.folder });
  });
}

function fromText(text: string, { origin }: Given): AlertRule {
  return parseAlertRule(text, origin.folder, (problem, instead) => mistake(origin, text, problem, instead));
}
