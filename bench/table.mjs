// Writes the README's tables of figures, between their markers, from a result file of bench/all.mjs: the newest, unless
// one is named. No figure is typed by hand. Usage: node bench/table.mjs [FILE]
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderFigures, renderPeers, withSection } from "./render.mjs";

const folder = fileURLToPath(new URL("results", import.meta.url));
const readme = fileURLToPath(new URL("../README.md", import.meta.url));
const results = JSON.parse(readFileSync(process.argv[2] ?? newest(), "utf8"));
const text = readFileSync(readme, "utf8");
writeFileSync(readme, withSection(withSection(text, "figures", renderFigures(results)), "peers", renderPeers(results)));

function newest() {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const dated = files.map((name) => ({ path: join(folder, name), date: dateOf(join(folder, name)) }));
  const [first] = dated.toSorted((one, other) => (one.date < other.date ? 1 : -1));
  if (first === undefined) throw new Error("there is no result file; run node bench/all.mjs first");
  return first.path;
}

function dateOf(path) {
  return JSON.parse(readFileSync(path, "utf8")).date;
}
