import type { RunHeader } from "../model/run.ts";

/** Ending of a file that an interpreter runs. */
const SCRIPT = /\.(py|ipynb|sh|bash|jl|R|r|lua|js|mjs|cjs|ts|pl|rb)$/;

/**
 * The tags by which MLflow's pages say who ran what, from which commit.
 * https://mlflow.org/docs/latest/ml/tracking/#system-tags
 */
export function describingTags(run: RunHeader): Record<string, string> {
  const { user, git } = run;
  return {
    "mlflow.source.name": sourceName(run.command),
    "mlflow.source.type": "LOCAL",
    ...(user === undefined ? {} : { "mlflow.user": user }),
    ...(git === undefined ? {} : { "mlflow.source.git.commit": git.commit }),
    ...(git?.branch === undefined ? {} : { "mlflow.source.git.branch": git.branch }),
    ...(git?.repository === undefined ? {} : { "mlflow.source.git.repoURL": git.repository }),
  };
}

/** The script that is run, the module behind `-m`, or the program itself. */
function sourceName(command: readonly string[]): string {
  const script = command.find((word) => SCRIPT.test(word));
  const module = command[command.indexOf("-m") + 1];
  return script ?? (command.includes("-m") ? module : undefined) ?? command[0] ?? "";
}
