import { formatDuration, formatNumber } from "../../model/format.ts";
import { type Html, html } from "../html.ts";
import type { ReportInput } from "../input.ts";
import type { ZonedClock } from "../zoned-time.ts";

/** Which run this is, how it stands, and where and when it ran. */
export function headerSection({ view, status }: ReportInput, clock: ZonedClock): Html {
  const { header, end, lastSeen } = view;
  const { git, user, host } = header;
  const interval = header.interval === "auto" ? "auto" : `${formatNumber(header.interval)} s`;
  const branch = git?.branch === undefined ? "" : `${git.branch} at `;
  return html`<header class="run">
    <p class="project">${header.project}</p>
    <div class="standing">
      <h1>${header.name}</h1>
      <p><span class="status ${view.status}">${status}</span> <span>${durationOf(view)}</span></p>
    </div>
    <p class="command"><code>${header.command.map(shellWord).join(" ")}</code></p>
    <dl class="facts">
      ${fact("Started", time(header.started, clock))}
      ${end === undefined ? fact("Last record", time(lastSeen, clock)) : fact("Ended", time(end.ended, clock))}
      ${fact("On", html`${user === undefined ? host : `${user}@${host}`}`)}
      ${git === undefined ? false : fact("Git", html`${branch}<code>${git.commit.slice(0, 10)}</code>`)}
      ${fact("Samples", html`${view.samples}, every ${interval}`)} ${fact("Run", html`<code>${header.id}</code>`)}
    </dl>
  </header>`;
}

function fact(name: string, value: Html): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function time(timestamp: number, clock: ZonedClock): Html {
  return html`<time datetime="${isoOf(timestamp)}">${clock.dateTime(timestamp)}</time>`;
}

function isoOf(timestamp: number): string | undefined {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function durationOf({ header, end, lastSeen }: ReportInput["view"]): string {
  const duration = formatDuration((end?.ended ?? lastSeen) - header.started);
  return end === undefined ? `${duration} up to its newest record` : `after ${duration}`;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
