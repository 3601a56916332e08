/** The names that `--backend` takes. Apart from the backends themselves, so that checking a name loads none of them. */
export const BACKEND_IDS = ["mlflow", "null"] as const;

export type BackendId = (typeof BACKEND_IDS)[number];
