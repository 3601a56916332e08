import type { Death } from "../../model/death.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";

/** What the figures of the run say, with what to do about it; and of a command that died, why. */
export function verdictSection({ view, findings }: ReportInput): Html {
  // Why it died says enough, where nothing else was found.
  if (view.death !== undefined && findings.length === 0) return deathOf(view.death);
  return html`${view.death === undefined ? false : deathOf(view.death)}
    <section class="verdict" aria-labelledby="verdict">
      <h2 id="verdict">Verdict</h2>
      ${
        findings.length === 0
          ? html`<p class="quiet">${nothingFound(view)}</p>`
          : html`<ul>
              ${findings.map(
                ({ sentence, advice }) =>
                  html`<li>
                    <p>${ended(sentence)}</p>
                    <p class="advice">${ended(advice)}</p>
                  </li>`,
              )}
            </ul>`
      }
    </section>`;
}

function deathOf(death: Death): Html {
  return html`<section class="death" aria-labelledby="death">
    <h2 id="death">Why it died</h2>
    <ul>
      ${death.findings.map(({ text }) => html`<li>${ended(text)}</li>`)}
    </ul>
    ${death.output.length === 0 ? false : html`<pre>${death.output.join("\n")}</pre>`}
  </section>`;
}

/** Of a run without figures there is no verdict, which is another thing than a good one. */
function nothingFound({ samples }: ReportInput["view"]): string {
  return samples < 2
    ? "Too few readings of the machine for a verdict."
    : "Nothing stands out in the figures of the machine.";
}

function ended(sentence: string): string {
  const text = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
