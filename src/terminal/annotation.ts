import type { Severity } from "../model/alert.ts";

const COMMANDS = { info: "notice", warning: "warning", critical: "error" } as const satisfies Record<Severity, string>;

/** Whether this is a job of GitHub Actions, which reads commands out of what is printed. */
export function isInGitHubActions(env: NodeJS.ProcessEnv): boolean {
  return env["GITHUB_ACTIONS"] === "true";
}

/**
 * A line that GitHub Actions shows as an annotation of the job.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function annotation(severity: Severity, text: string): string {
  return `::${COMMANDS[severity]} title=tracelet alert::${escaped(text)}`;
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
