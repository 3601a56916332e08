import { createExtractor } from "../../src/extract/index.ts";

/** `key=value@step` of every point that this output gives. */
export function points(output: string): string {
  const extractor = createExtractor();
  const lines = [...extractor.push("stdout", Buffer.from(`${output}\n`), 0, 0), ...extractor.end()];
  return lines
    .flatMap(({ metrics, step }) => Object.entries(metrics).map(([key, value]) => `${key}=${value}@${step}`))
    .join(" ");
}
