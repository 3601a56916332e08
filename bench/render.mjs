// From the result file of bench/all.mjs to the text of the README.
import { PEER_COLUMNS, ROWS } from "./rows.mjs";

const NOT_MEASURED = "not measured";
const OURS = "tracelet";

/** The table of tracelet's own figures, under a sentence on where they are from. */
export function renderFigures(results) {
  const rows = ROWS.map(({ what, figure, command }) => [
    fill(what, results),
    fill(figure, results),
    command.startsWith("node ") ? `\`${command}\`` : command,
  ]);
  return `${origin(results)}\n\n${markdownTable(["what", "figure", "command"], rows)}`;
}

/** The table of what tracelet and the others cost, and under it where tracelet is not ahead, and why. */
export function renderPeers({ benches }) {
  const figures = benches.peers?.figures ?? [];
  if (figures.length === 0) return NOT_MEASURED;
  const tools = [...new Set(figures.map(({ id }) => id.slice(0, id.lastIndexOf(":"))))];
  const at = (tool, figure) => figures.find(({ id }) => id === `${tool}:${figure}`)?.value;
  const rows = tools.map((tool) => [tool, ...PEER_COLUMNS.map((column) => peerCell(tool, column, at))]);
  const behind = PEER_COLUMNS.flatMap((column) => {
    const ahead = tools.filter((tool) => tool !== OURS && needsLess(tool, column, at));
    return ahead.length === 0 ? [] : [`- ${column.head}: less with ${ahead.join(", ")}. Why: ${column.why}.`];
  });
  const verdict = behind.length === 0 ? "tracelet needs the least of each." : "Where tracelet is not ahead:";
  const table = markdownTable(["tool", ...PEER_COLUMNS.map(({ head }) => head)], rows);
  return [table, "", verdict, ...(behind.length === 0 ? [] : ["", ...behind])].join("\n");
}

function peerCell(tool, { figure, unit, digits }, at) {
  const [value, low, high] = [figure, `${figure}_low`, `${figure}_high`].map((id) => at(tool, id));
  if (value === undefined) return NOT_MEASURED;
  const bounds = low === undefined ? "" : ` (${number(low, digits)} to ${number(high, digits)})`;
  return `${number(value, digits)} ${unit}${bounds}`;
}

/** Surely less: of a figure with an interval of confidence, the two do not overlap. */
function needsLess(tool, { figure }, at) {
  const most = at(tool, `${figure}_high`) ?? at(tool, figure);
  const least = at(OURS, `${figure}_low`) ?? at(OURS, figure);
  return most < least;
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function withSection(text, name, section) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`there is no ${begin} with a ${end} behind it`);
  return `${text.slice(0, from + begin.length)}\n\n${section}\n\n${text.slice(to)}`;
}

/** A template of bench/rows.mjs with its figures; without one of them it is no figure at all. */
export function fill(template, { benches }) {
  let isWhole = true;
  const text = template.replaceAll(
    /\{(?<bench>[^:{}]+):(?<id>[^/|{}]+)(?:\/(?<yardstick>[^|{}]+))?\|(?<digits>\d)\}/g,
    (...match) => {
      const { bench, id, yardstick, digits } = match.at(-1);
      const found = benches[bench]?.figures.find((one) => one.id === id);
      const value =
        yardstick === undefined ? found?.value : found?.yardsticks.find(({ name }) => name === yardstick)?.ratio;
      if (value === undefined) isWhole = false;
      return value === undefined ? "" : number(value, Number(digits));
    },
  );
  return isWhole ? text : NOT_MEASURED;
}

function origin({ cpu, cores, kernel, node, python, date, quick }) {
  return (
    `Each figure is taken beside its yardstick in one run, here on ${cores} cores (${cpu}) with Linux ` +
    `${kernel.split("-")[0]}, Node ${node.slice(1)} and ${python}, on ${date}${quick ? ", with few repetitions" : ""}. ` +
    "The command gives it on yours; `npm run bench` runs all."
  );
}

function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function number(value, digits) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
}
