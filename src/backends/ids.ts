/** The names that `--backend` takes. Apart from the backends themselves, so that checking a name loads none of them. */
export const backendIds = ["mlflow", "null"] as const;

export type BackendId = (typeof backendIds)[number];
