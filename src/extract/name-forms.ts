/** Forms of names that say more than their words do. */

/** The time that loading took, where it is all of the name: `Data 0.08 (0.09)`, `Data (t): 0.08`. */
export const LOADING = /^data(?: (?:t|s|ms|time))?$/;

/** `R squared (OOB)`, `adjusted_r_squared`. */
export function isRSquared(words: readonly string[]): boolean {
  const at = words.indexOf("squared");
  return at > 0 && words[at - 1] === "r";
}

/** `Root mean squared error`; another root is a folder. */
export function isRootError(words: readonly string[]): boolean {
  return words.at(-1) === "error" && words.includes("root");
}

/** What a model needs, not what a machine does: `FLOPs: 4.1G`; and layers, not norms: `batch_norm`. */
export const OF_MODEL =
  /(?:^|[_ ])[MGB]?FLOPs$|^(?:total|num)_weights$|(?:^|[_:])(?:[Bb]atch|[Ll]ayer|[Gg]roup|[Ii]nstance)_?[Nn]orm\d*d?$/;

/** `config/x` of an object in an object, and how large trees may become or are: `max_depth`, `mean_leaves`. */
export const OF_SETUP =
  /^(?:config|cfg|settings|options|args|hparams|hyperparameters)\/|^m(?:ax|in)_depth$|^(?:num|max|min|mean)_leaves$/i;

/** `LL/token`, `bits/dim`, `nats per character`. */
export const OF_EACH = /^(.{1,40}?)(?:\/|[_ ]per[_ ])(?:dim|char|character|byte|token|word|pixel|subpixel)$/i;

/** What was best was said before, where it was measured. */
export const WAS_BEST =
  /^(?:last|prev|new|old)_(?:best|worst)(?![a-z])|(?:^|_)previous_(?:best|worst)(?![a-z])|^best_so_far/i;

/** `Rank-1`, `CMC Rank@5`: how often the right one is among the first; `MeanRank`: where it is. */
export const IN_RANK = /(?:^|[_ ])rank[-@]\d{1,3}$|(?:^|[_ ])(?:mean|median|average)[_ ]?rank$/i;

/** `|g|`, `||grad||` */
export const OF_NORM = /^\|{1,2}\p{L}[\p{L}\p{N}_]{0,20}\|{1,2}$/u;

/** `batch_cost`, `avg_reader_cost`: a time. */
export function isCostOfWork(words: readonly string[]): boolean {
  const cost = words.lastIndexOf("cost");
  return cost > 0 && /^(?:batch|reader|data|iter|step|epoch|io)$/.test(words[cost - 1] ?? "");
}

/** `ep_len_mean`, `Episode length`: how long an agent lasts is what is plotted. */
export function isEpisodeLength(words: readonly string[]): boolean {
  if (words.length === 1) return false;
  return /\b(?:ep|eps|episode|rollout|trajectory|traj)s?(?: \w+)? (?:len|length|lengths)\b/.test(words.join(" "));
}
