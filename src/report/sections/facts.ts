import { formatBytes, formatQuantity } from "../../model/format.ts";
import { unitOf } from "../../model/units.ts";
import { type Content, type Html, html, NOTHING } from "../html.ts";
import type { ReportInput } from "../input.ts";

const MOST_ROWS = 500;

/** What the run was given, where it ran, and where it has gone. */
export function factSections(input: ReportInput): Html {
  const { view, artifacts, uploads } = input;
  const { header, machine, unavailable } = view;
  const facts = Object.entries(machine).map(([name, fact]): [string, Content] => [
    name,
    typeof fact === "number" ? formatQuantity(fact, unitOf(name)) : fact,
  ]);
  const places: [string, Content][] = [
    ["folder", header.cwd],
    ["kept in", view.directory],
    ["repository", header.git?.repository],
    ["goes on with", header.resumes?.run],
    ["tracelet", header.tracelet],
  ];
  return html`<div class="columns">
    ${table("params", "Params", Object.entries(view.params))} ${table("tags", "Tags", Object.entries(view.tags))}
    ${table(
      "environment",
      "Environment",
      [...facts, ...places].filter(([, value]) => value !== undefined),
    )}
    ${table(
      "artifacts",
      "Artifacts",
      artifacts.map(({ name, bytes }) => [name, formatBytes(bytes)]),
    )}
    ${table(
      "uploads",
      "Uploads",
      uploads.map(({ backend, isComplete, place, command, reason }) => [
        backend,
        html`${isComplete ? false : html`<span class="severity warning">not complete</span> `}${reason ?? ""}
        ${placeOf(place ?? (isComplete ? "uploaded" : ""))}
        ${command === undefined ? false : html`<br /><small>to look at it: <code>${command}</code></small>`}`,
      ]),
    )}
    ${table(
      "unavailable",
      "Could not be read",
      unavailable.map(({ metrics, reason, hint }) => [
        metrics.join(", "),
        html`${reason}${hint === undefined ? false : html`<br /><small>${hint}</small>`}`,
      ]),
    )}
  </div>`;
}

/** An address of the web as a link; everything else, other schemes included, is text. */
function placeOf(place: string): Html {
  return /^https?:\/\/[^\s"'<>]+$/.test(place)
    ? html`<a href="${place}" rel="noopener noreferrer">${place}</a>`
    : html`${place}`;
}

function table(id: string, title: string, rows: readonly (readonly [string, Content])[]): Html {
  if (rows.length === 0) return NOTHING;
  const left = rows.length - MOST_ROWS;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <table class="facts">
      <tbody>
        ${rows.slice(0, MOST_ROWS).map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${left > 0 ? html`<p class="quiet">and ${left} more</p>` : false}
  </section>`;
}
