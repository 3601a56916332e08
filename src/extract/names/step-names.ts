import { wordsOf } from "./name-words.ts";

/**
 * The key under which a dialect hands on the counter of a bar (`12/98 [00:01<…`). It has a blank, so no printed name can
 * be equal to it. It is the step only where neither the line nor a header says one.
 */
export const BAR_COUNTER = "bar counter";

/** The rank a line's own position has over others on the same line: `step` beats `batch` beats `epoch`. */
export type StepRank = 1 | 2 | 3 | 4;

const RANKS: ReadonlyMap<string, StepRank> = new Map([
  ["epoch", 1],
  ["ep", 1],
  ["batch", 2],
  ["minibatch", 2],
  ["step", 3],
  ["iter", 3],
  ["iteration", 3],
  ["it", 3],
  ["itr", 3],
  ["itn", 3],
  ["update", 3],
  ["trial", 3],
  ["frame", 3],
  ["iterate", 3],
  ["iterat", 3],
  ["gen", 3],
  ["generation", 3],
  ["round", 3],
  ["episode", 3],
  ["episodes", 2],
  ["timestep", 4],
  ["timesteps", 4],
  ["steps", 3],
  ["iters", 3],
  ["iterations", 3],
  ["epochs", 1],
  ["updates", 3],
  ["nupdates", 3],
  ["tick", 3],
  ["tree", 3],
]);

const WHOLE_NAMES: ReadonlyMap<string, StepRank> = new Map([
  ["global step", 4],
  ["global steps", 4],
  ["training steps", 4],
  ["num updates", 4],
  ["total timesteps", 4],
  ["num timesteps", 4],
  ["total num frames", 4],
  ["env step", 4],
  ["env steps", 4],
  ["t env", 4],
  ["timesteps so far", 4],
  ["total env steps", 4],
  ["environment steps", 4],
  ["learner steps", 4],
  ["actor steps", 2],
  ["total step", 2],
  ["total steps", 2],
  ["n gen", 3],
  ["micro step", 2],
  ["current step", 3],
  ["current steps", 3],
  ["total updates", 4],
  ["total train updates", 4],
  ["train step", 3],
  ["acc iter", 4],
  ["epoch loaded", 1],
]);

/** Every name of a position has one of these words. */
export const POSITION_WORDS: readonly string[] = [...RANKS.keys(), "up", "env"];

/** All words of such names. */
export const RANKED_WORDS: readonly string[] = [
  ...POSITION_WORDS,
  ...[...WHOLE_NAMES.keys()].flatMap((name) => name.split(" ")),
];

/** How a printed name says a position; `undefined` when it does not. `Train Epoch` does, `max_steps` does not. */
export function stepRank(key: string): StepRank | undefined {
  // Most names have no letter pair of a step word; splitting them would be the greater part of the work.
  if (!/ep|it|st|ba|up|tri|tre|rou|gen|env|fra|tick|[\u0080-\uffff]/i.test(key)) return undefined;
  const bracket = key.indexOf("(");
  // `Train Iter (time)` is how long one takes.
  if (bracket !== -1 && /^\((?:time|m?s|secs?|seconds?)\)/i.test(key.slice(bracket))) return undefined;
  const words = withoutNumbering(wordsOf(bracket === -1 ? key : key.slice(0, bracket)));
  const name = words.join(" ");
  // `Up. 1000`, short for updates.
  if (name === "up") return key.endsWith(".") ? 3 : undefined;
  const whole = WHOLE_NAMES.get(name);
  if (whole !== undefined) return whole;
  if (words.length > 2 && STEP_QUALIFIERS.has(words[0] ?? "")) {
    const unqualified = WHOLE_NAMES.get(words.slice(1).join(" "));
    if (unqualified !== undefined) return unqualified;
  }
  const last = words.at(-1) ?? "";
  const rank = RANKS.get(last);
  if (rank === undefined) return undefined;
  return words.slice(0, -1).every((word) => STEP_QUALIFIERS.has(word)) && isSingular(last, words) ? rank : undefined;
}

/** `Iteration No`, `episode_num`, `batch_idx`: which of them. */
function withoutNumbering(words: readonly string[]): readonly string[] {
  return words.length > 1 && NUMBERING.has(words.at(-1) ?? "") ? words.slice(0, -1) : words;
}

const NUMBERING = new Set("no nr num number idx index id".split(" "));

const STEP_QUALIFIERS = new Set(
  "train training val valid validation test testing eval evaluation global current cur outer opt optimizer completed finished metrics results summary at after".split(
    " ",
  ),
);

/** `steps: 12` alone is a position; `train steps: 12` and `epochs: 3` are counts. */
function isSingular(last: string, words: readonly string[]): boolean {
  if (!last.endsWith("s")) return true;
  return words.length === 1 && last !== "epochs" && last !== "updates";
}
