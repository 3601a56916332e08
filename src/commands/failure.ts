import * as Errors from "@oclif/core/errors";
import { isSystemError, wordsOf } from "../journal/system-error.ts";
import { UserError } from "../model/error.ts";
import { EXIT_TRACELET_FAILED, type Outcome } from "../run/exit-status.ts";
import { printable } from "../terminal/printable.ts";
import { internalFailure, ownLine } from "../terminal/warnings.ts";

/** A mistake in what was typed, as most command-line tools have it. */
const EXIT_USAGE = 2;

/** Commands that stand in scripts where another status would be taken for something else. */
const WITHIN_SCRIPTS = ["run", "log"];

/**
 * What a system refuses because of how it is set up or how much of it is in use, not because of what we ask for. Anything
 * else that nobody has expected is a fault of ours.
 */
const REFUSALS: readonly string[] = (
  "EACCES EPERM EROFS ENOSPC EDQUOT EFBIG EIO ESTALE ETIMEDOUT " +
  "EMFILE ENFILE ENOMEM EAGAIN ENOTDIR EISDIR ELOOP ENAMETOOLONG"
).split(" ");

/**
 * Tells the user on stderr why tracelet did not do what was typed, and says how to end: 125 for `run`, so that nobody
 * takes it for the status of the command, and for `log`, and 2 elsewhere. The user's mistakes are one sentence, ours come with a stack.
 */
export function explain(error: unknown, argv: readonly string[]): Outcome {
  process.stderr.write(`${sentenceOf(error, argv[0])}\n`);
  return { code: WITHIN_SCRIPTS.includes(argv[0] ?? "") ? EXIT_TRACELET_FAILED : EXIT_USAGE };
}

function sentenceOf(error: unknown, command: string | undefined): string {
  if (error instanceof UserError) return ownLine(printable(error.message));
  if (error instanceof Errors.CLIError) return ownLine(printable(parserSentence(error, command)));
  if (isSystemError(error) && REFUSALS.includes(error.code)) return ownLine(printable(refusalSentence(error)));
  return internalFailure(error);
}

function refusalSentence(error: NodeJS.ErrnoException): string {
  const { syscall = "go on", path } = error;
  const what = path === undefined ? "" : ` ${path}`;
  return `the system refuses to ${syscall}${what}: ${wordsOf(error)}; see to that, then try again`;
}

/** oclif keeps the classes of its parser's errors to itself; the words that are wrong are in their fields. */
function parserSentence(error: Error & { flags?: unknown; args?: unknown }, command: string | undefined): string {
  const help = `tracelet ${command ?? ""} --help`;
  if (isWords(error.flags)) return `there is no flag ${error.flags.join(", ")}; type ${help} to see those there are`;
  if (isWords(error.args)) {
    return `'${error.args.join(" ")}' is one argument too many; type ${help} to see what it takes`;
  }
  const [reason = ""] = error.message.split("\n");
  return `${reason.charAt(0).toLowerCase()}${reason.slice(1)}; type ${help} to see what it takes`;
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}
