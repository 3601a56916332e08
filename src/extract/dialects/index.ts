import { jsonObject } from "./json-object.ts";
import { notMetrics } from "./not-metrics.ts";
import { pairs } from "./pairs.ts";
import { pythonDict } from "./python-dict.ts";
import type { ShapedDialect } from "../reading.ts";
import { sentences } from "./sentences.ts";
import { tables } from "./tables.ts";
import { titledResults } from "./titled-results.ts";

/**
 * The ways in which people print metrics, most particular first: the first that takes a line has it. A dialect gets the
 * line without its log prefix, and hands on the positions it finds (`step`, `epoch`) like any other entry.
 */
export const dialects = [
  notMetrics,
  titledResults,
  tables,
  sentences,
  jsonObject,
  pythonDict,
  pairs,
] as const satisfies readonly ShapedDialect<unknown>[];
