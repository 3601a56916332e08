import { constants } from "node:os";
import type { AlertAction, Severity } from "../model/alert.ts";
import { nearestWord } from "./spelling.ts";

const SEVERITIES = ["info", "warning", "critical"] as const satisfies readonly Severity[];
/** What an outcome may begin with. */
const OUTCOME_WORDS = [...SEVERITIES, "notify", "webhook", "stop", "signal", "command"] as const;

/** Milliseconds that a command has when nobody says otherwise. */
export const COMMAND_TIMEOUT = 30_000;

/** A severity that is spelled so. */
export function severityNamed(word: unknown): Severity | undefined {
  return SEVERITIES.find((severity) => severity === word);
}

/** The signal that somebody means by `USR1` or `SIGUSR1`. */
export function signalNamed(word: string): NodeJS.Signals | undefined {
  const name = word.toUpperCase();
  const full = name.startsWith("SIG") ? name : `SIG${name}`;
  return Object.keys(constants.signals).find((known): known is NodeJS.Signals => known === full);
}

/** An action for the shell. */
export function shellAction(text: string, cwd: string, timeout = COMMAND_TIMEOUT): AlertAction {
  const command = process.platform === "win32" ? ["cmd", "/d", "/s", "/c", text] : ["sh", "-c", text];
  return { kind: "command", command, cwd, timeout };
}

/** One thing behind the arrow, or what is wrong with it, as it is told behind the word itself. */
export type Outcome = { readonly severity: Severity } | { readonly action: AlertAction } | { readonly problem: string };

/** Reads a word and, for `signal` and `command`, the text behind it. */
export function readOutcome(word: string, rest: string | undefined, cwd: string): Outcome {
  const severity = severityNamed(word);
  if (severity !== undefined) return { severity };
  if (word === "notify" || word === "webhook" || word === "stop") return { action: { kind: word } };
  if (word === "command") {
    const isMissing = rest === undefined || rest.trim() === "";
    return isMissing ? { problem: "has no command behind it" } : { action: shellAction(rest, cwd) };
  }
  if (word !== "signal") return { problem: `is none of ${OUTCOME_WORDS.join(", ")}${meant(word)}` };
  if (rest === undefined) return { problem: "has no name of a signal behind it" };
  const signal = signalNamed(rest);
  if (signal === undefined) return { problem: `has '${rest}' behind it, which is no signal` };
  return { action: { kind: "signal", signal } };
}

function meant(word: string): string {
  const near = nearestWord(word, OUTCOME_WORDS);
  return near === undefined ? "" : ` (${near}?)`;
}
