// The one shape in which every benchmark hands its figures on: with --json it prints
//   { "bench": "relay", "figures": [{ "id": "time", "value": 1234, "unit": "ms", "yardsticks": [{ "name", "value", "ratio" }] }] }
// `ratio` is the figure as a multiple of the yardstick, which was measured in the same run.

/** What was typed: whether the figures are wanted as JSON, and all words but that. */
export function readWords(argv = process.argv.slice(2)) {
  return { json: argv.includes("--json"), words: argv.filter((word) => word !== "--json") };
}

/**
 * A figure. A yardstick is its value by its name, or `{ value, ratio }` where the ratio is no plain quotient, such as the
 * median over pairs; one that could not be measured is undefined and left out.
 */
export function figure(id, value, unit, yardsticks = {}) {
  const measured = Object.entries(yardsticks).filter(([, yardstick]) => yardstick !== undefined);
  return {
    id,
    value,
    unit,
    yardsticks: measured.map(([name, yardstick]) =>
      typeof yardstick === "number" ? { name, value: yardstick, ratio: value / yardstick } : { name, ...yardstick },
    ),
  };
}

/** Prints either the figures as JSON or the lines for people. */
export function printResult(json, bench, figures, lines) {
  process.stdout.write(json ? `${JSON.stringify({ bench, figures })}\n` : `${lines.join("\n")}\n`);
}

export function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
