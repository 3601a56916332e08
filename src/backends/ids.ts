/** The names that `--backend` takes. Apart from the backends themselves, so that checking a name loads none of them. */
export const backendIds = ["mlflow", "wandb", "tensorboard", "null"] as const;

export type BackendId = (typeof backendIds)[number];

/** Those whose `Backend` says `isLocal`. */
const LOCAL: readonly BackendId[] = ["wandb", "tensorboard"];

/** Whether a backend writes files of this machine and asks no network. */
export function isLocalBackend(id: string): boolean {
  return LOCAL.some((local) => local === id);
}

/** The variables in which people name a remote run that is there already, as the trackers' own clients have them. */
const JOIN_VARIABLES: Readonly<Partial<Record<BackendId, string>>> = {
  mlflow: "MLFLOW_RUN_ID",
  wandb: "WANDB_RUN_ID",
};

/** The remote runs that the environment asks these backends to write to. */
export function joinedRuns(
  ids: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const named = Object.entries(JOIN_VARIABLES).map(([id, variable]) => [id, environment[variable]?.trim()] as const);
  return Object.fromEntries(named.flatMap(([id, run]) => (run && ids.includes(id) ? [[id, run]] : [])));
}
