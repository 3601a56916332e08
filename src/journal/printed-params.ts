import { isSecretName } from "../model/secrets.ts";

/**
 * Of the settings that a command has printed those that are params of their own: not known yet by another spelling
 * (`batch-size` is `batch_size`), since what was typed says more and a param never changes, and no credentials.
 */
export function newParams(
  printed: Readonly<Record<string, string>>,
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  const taken = new Set(Object.keys(known).map(spelling));
  return Object.fromEntries(
    Object.entries(printed).filter(([name]) => !isSecretName(name) && !taken.has(spelling(name))),
  );
}

function spelling(name: string): string {
  return name.replaceAll("-", "_").toLowerCase();
}
