import { formatBytes, formatDuration, formatPercent } from "../../model/format.ts";
import type { CollectedRun } from "../collector.ts";
import { type Html, html, NOTHING } from "../html.ts";

const MOST_ROWS = 30;

/** The processes that the run has recorded, the busiest first. */
export function processTable({ processes, otherProcesses }: CollectedRun): Html {
  if (processes.length === 0) return NOTHING;
  const left = Math.max(0, processes.length - MOST_ROWS) + otherProcesses;
  const head = ["process", "pid", "CPU", "peak", "memory, peak", "seen for"];
  return html`<div class="wide">
      <table>
        <caption>
          CPU is in percent of one core, while the process was among those recorded
        </caption>
        <thead>
          <tr>
            ${head.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${processes.slice(0, MOST_ROWS).map(
            ({ name, pid, meanCpu, maxCpu, maxMemory, first, last }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${pid}</td>
                <td>${formatPercent(meanCpu)}</td>
                <td>${formatPercent(maxCpu)}</td>
                <td>${formatBytes(maxMemory)}</td>
                <td>${formatDuration(last - first)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${left > 0 ? html`<p class="quiet">and ${left} more</p>` : false}`;
}
