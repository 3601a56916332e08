import { appendFile } from "node:fs/promises";
import type { RunView } from "../model/view.ts";
import { type MarkdownNotes, runAsMarkdown } from "../terminal/markdown.ts";

/**
 * Appends the summary to the page that a job of GitHub Actions has, where there is one.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
export async function appendStepSummary(
  view: RunView,
  { env, ...notes }: MarkdownNotes & { readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const path = env["GITHUB_STEP_SUMMARY"];
  if (path === undefined || path === "") return;
  // The run is told on stderr as well: a page that takes nothing is no reason to trouble anybody.
  await appendFile(path, runAsMarkdown(view, notes)).catch(() => {});
}
