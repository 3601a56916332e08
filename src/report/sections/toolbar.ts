import type { Chart } from "../chart.ts";
import { type Html, html, NOTHING } from "../html.ts";

/** What moves all charts together. Of no use without the page's script, which shows it. */
export function toolbar(charts: readonly Chart[]): Html {
  if (charts.length === 0) return NOTHING;
  const hasTraining = charts.some(({ part }) => part === "training");
  return html`<div class="toolbar" role="toolbar" aria-label="Charts" hidden>
      <p class="readout" id="readout"></p>
      <button type="button" id="reset" disabled>Reset zoom</button>
      ${
        hasTraining
          ? html`<label><input type="checkbox" id="log" /> log scale</label>
              <label>smoothing <input type="range" id="smoothing" min="0" max="0.99" step="0.01" value="0" /></label>`
          : false
      }
      <label><input type="checkbox" id="clock" /> clock time</label>
      <button type="button" id="theme" aria-label="Dark or light">&#9680;</button>
      <p class="visually-hidden" id="chart-keys">
        Left and right move the cursor, with shift ten times as far; home and end go to the ends; plus and minus zoom;
        escape shows everything again; L switches the logarithmic scale.
      </p>
      <p class="visually-hidden" id="live" role="status" aria-live="polite"></p>
    </div>
    <noscript
      ><p class="quiet">The charts need JavaScript. Their figures are below, and everything else is here.</p></noscript
    >`;
}
