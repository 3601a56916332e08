import { formatBytes, formatDuration } from "../../model/format.ts";
import { type Html, html, NOTHING } from "../html.ts";
import type { ReportInput } from "../input.ts";
import type { ZonedClock } from "../zoned-time.ts";

const MOST_ALERTS = 200;
/** A longer table is folded. */
const MOST_OPEN_ROWS = 12;

/** Alerts, what was done because of them, landmarks of the output, and what is missing: each with when it was. */
export function eventSections(input: ReportInput, clock: ZonedClock): Html {
  const { view, alerts, landmarks } = input;
  const at = (timestamp: number): Html => moment(timestamp, view.header.started, clock);
  const left = view.alertCount.all - Math.min(alerts.length, MOST_ALERTS);
  return html`${section(
    "alerts",
    "Alerts",
    alerts.slice(-MOST_ALERTS).map(({ episode, sentence }) => {
      const { severity, timestamp, ended } = episode;
      const lasted = ended === undefined ? "to the end" : `for ${formatDuration(ended - timestamp)}`;
      return html`<tr>
        <td>${at(timestamp)}</td>
        <td><span class="severity ${severity}">${severity}</span></td>
        <td>${sentence}, ${lasted}</td>
      </tr>`;
    }),
    left > 0 ? html`<p class="quiet">and ${left} before these</p>` : NOTHING,
  )}
  ${section(
    "actions",
    "What the alerts did",
    view.actions
      .filter(({ state }) => state !== "begun")
      .map(
        ({ timestamp, action, state, rule, detail }) =>
          html`<tr>
            <td>${at(timestamp)}</td>
            <td>${state}</td>
            <td>${action} for ${rule}${detail === undefined ? "" : `: ${detail}`}</td>
          </tr>`,
      ),
  )}
  ${section(
    "landmarks",
    "Landmarks of the output",
    landmarks.map(
      ({ timestamp, kind, text, count }) =>
        html`<tr>
          <td>${at(timestamp)}</td>
          <td><span class="landmark ${kind}">${kind}</span></td>
          <td><code>${text}</code>${count > 1 ? html` <small>and ${count - 1} like it</small>` : false}</td>
        </tr>`,
    ),
  )}
  ${section("missing", "Not kept", [
    ...view.gaps.map(
      ({ timestamp, what, reason, bytes }) =>
        html`<tr>
          <td>${at(timestamp)}</td>
          <td>${what}</td>
          <td>${reason}${bytes === undefined ? "" : `, ${formatBytes(bytes)}`}</td>
        </tr>`,
    ),
    ...view.damage.map(
      ({ offset, bytes, reason }) =>
        html`<tr>
          <td></td>
          <td>damage</td>
          <td>${formatBytes(bytes)} of the journal at byte ${offset}: ${reason}</td>
        </tr>`,
    ),
  ])}`;
}

function section(id: string, title: string, rows: readonly Html[], after: Html = NOTHING): Html {
  if (rows.length === 0) return NOTHING;
  const table = html`<div class="wide">
    <table class="events">
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${
      rows.length > MOST_OPEN_ROWS
        ? html`<details>
            <summary>All ${rows.length}</summary>
            ${table}
          </details>`
        : table
    }
    ${after}
  </section>`;
}

/** Since the start, which is a button that moves the cursor there; the time of the clock is its title. */
function moment(timestamp: number, started: number, clock: ZonedClock): Html {
  const elapsed = Math.max(0, timestamp - started);
  return html`<button type="button" class="moment" data-time="${elapsed}" title="${clock.dateTime(timestamp)}">
    ${formatDuration(elapsed)}
  </button>`;
}
