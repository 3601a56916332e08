import { formatBytes } from "../../model/format.ts";
import { styledLines } from "../ansi.ts";
import { type Html, html } from "../html.ts";
import type { OutputTail } from "../input.ts";

const MOST_LINES = 2_000;
const LONGEST_LINE = 4_000;

/** The end of what the command printed. */
export function outputSection({ text, before }: OutputTail): Html {
  const whole = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = styledLines(whole);
  const shown = lines.slice(-MOST_LINES);
  const isCut = before > 0 || shown.length < lines.length;
  return html`<section aria-labelledby="output">
    <h2 id="output">${isCut ? "The end of the output" : "Output"}</h2>
    ${text === "" ? html`<p class="quiet">The command printed nothing.</p>` : false}
    ${before > 0 ? html`<p class="quiet">${formatBytes(before)} of output before it are in the run's directory.</p>` : false}
    ${text === "" ? false : html`<pre class="output" tabindex="0" role="region" aria-labelledby="output">${shown.map(lineOf)}</pre>`}
  </section>`;
}

function lineOf(pieces: ReturnType<typeof styledLines>[number]): Html {
  let room = LONGEST_LINE;
  const shown = pieces.map(({ text, classes }) => {
    const part = text.slice(0, Math.max(0, room));
    const rest = text.length - part.length;
    room -= text.length;
    const cut = rest > 0 && part.length > 0 ? "…" : "";
    return classes.length === 0 ? html`${part}${cut}` : html`<span class="${classes.join(" ")}">${part}${cut}</span>`;
  });
  // Not in the template, whose spaces are a formatter's.
  return html`${shown}${"\n"}`;
}
