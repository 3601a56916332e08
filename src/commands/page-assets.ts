import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PageAssets } from "../report/input.ts";

/** The script and the style of the report, which the build puts beside the bundles. No other command reads them. */
export async function readPageAssets(): Promise<PageAssets> {
  const [script, style] = await Promise.all(
    ["report-page.js", "report-page-style.css"].map((name) => readFile(join(__dirname, name), "utf8")),
  );
  return { script: script ?? "", style: style ?? "" };
}
