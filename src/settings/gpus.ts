import type { GpuChoice } from "../model/probe.ts";
import { mistake } from "./origin.ts";
import type { SettingSpec } from "./setting-spec.ts";
import type { Given } from "./values.ts";
import { readString } from "./values.ts";

/** A number as in nvidia-smi, a number with that of a MIG device, or as much of a UUID as tells it from others. */
const NAME = /^(\d+(:\d+)?|(GPU|MIG)-[0-9a-f][\w/-]*)$/i;

/** `job`, `all`, or GPUs with commas between them; a file may have one number, or a list. */
export function readGpus({ raw, origin }: Given, spec: SettingSpec): GpuChoice {
  const text = typeof raw === "number" || typeof raw === "bigint" ? String(raw) : textOf(raw);
  const words = readString({ raw: text, origin }, spec)
    .split(",")
    .map((word) => word.trim());
  const [word] = words;
  if (words.length === 1 && (word === "job" || word === "all")) return word;
  const wrong = words.find((one) => !NAME.test(one));
  if (wrong === undefined) return [...new Set(words)];
  if (wrong === "none") throw mistake(origin, text, "for which there is track_gpu", spec.example);
  throw mistake(origin, text, `and '${wrong}' is neither 'job' nor 'all', nor a number or UUID of a GPU`, spec.example);
}

function textOf(raw: unknown): unknown {
  const isList = Array.isArray(raw) && raw.every((one) => ["string", "number", "bigint"].includes(typeof one));
  return isList ? raw.join(",") : raw;
}
