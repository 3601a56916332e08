/** Forms of names that say more than their words do. */

/** The time that loading took, where it is all of the name (`Data 0.08 (0.09)`, `Data (t): 0.08`), a machine's `load average`, and `Percent complete`. */
export const OF_WORK =
  /^data(?: (?:t|s|ms|time))?$|^load average$|^(?:percent|percentage|pct) (?:complete|completed|done|finished)$/;

/** `R squared (OOB)`, `adjusted_r_squared`. */
export function isRSquared(words: readonly string[]): boolean {
  const at = words.indexOf("squared");
  return at > 0 && words[at - 1] === "r";
}

/** `Root mean squared error`; another root is a folder. */
export function isRootError(words: readonly string[]): boolean {
  return words.at(-1) === "error" && words.includes("root");
}

/** What a model needs, not what a machine does: `FLOPs: 4.1G`; and layers, not norms: `batch_norm`, `LayerNorm_1/beta`. */
export const OF_MODEL =
  /(?:^|[_ ])[MGB]?FLOPs$|^[Tt]otal[_ ]TFLOPs$|^(?:total|num)_weights$|(?:^|[_:/])(?:[Bb]atch|[Ll]ayer|[Gg]roup|[Ii]nstance)_?[Nn]orm\d*d?(?:(?:_\d+)?\/(?:beta|gamma|weight|bias))?$/;

/** `loop_config/x` of an object in an object, also where it is cut, and how large trees may become or are: `max_depth`, `mean_leaves`. */
export const OF_SETUP =
  /(?:^|[_/])(?:config|cfg|settings|options|args|hparams|hyperparameters)(?:\/|\.\.\.)|^m(?:ax|in)_depth$|^(?:num|max|min|mean)_leaves$/i;

/** `LL/token`, `bits/dim`, `nats per character`. */
export const OF_EACH = /^(.{1,40}?)(?:\/|[_ ]per[_ ])(?:dim|char|character|byte|token|word|pixel|subpixel)$/i;

/** `objective value`, `log density`, by the words. */
export const OF_VALUE =
  /\b(?:function|objective) value\b|\blog (?:\w+ )?(?:prob|probability|density|posterior|evidence)\b/;

/** `success rate`, `false_positive_rate`, by the words. */
export const OF_RATE =
  /\b(?:success|win|pass|solve|detection|recognition|retrieval|(?:true|false) (?:positive|negative|alarm|acceptance|rejection)) rate\b/;

/** `MS-SSIM`, `GDT-TS`, `joint goal accuracy`: with a word that says something else on its own. */
export const WITH_ODD_WORD = /\b(?:ms ssim|gdt ts|joint goal acc(?:uracy)?)\b/;

/** What was best was said before, where it was measured, and so was the one before: `Epoch N-1`. */
export const WAS_BEST =
  /(?:^|[_ ])[Nn]-1$|^(?:last|prev|new|old)_(?:best|worst)(?![a-z])|(?:^|_)previous_(?:best|worst)(?![a-z])|^best_(?:so_far|until_now)/i;

/** `Rank-1`, `Top-5`, `CMC Rank@5`, `image_r10`: how often the right one is among the first; `MeanRank`: where it is. */
export const IN_RANK =
  /(?:^|[_ ])(?:rank|top)[-@]\d{1,3}$|_r(?:1|5|10|50|100)$|(?:^|[_ ])(?:mean|median|average)[_ ]?rank$/i;

/** `|g|`, `||grad||` */
export const OF_NORM = /^\|{1,2}\p{L}[\p{L}\p{N}_]{0,20}\|{1,2}$/u;

/** `CPU WPS`, `GPU throughput`: how fast a device is, by the words. */
export const SPEED_OF_DEVICE = /^(?:[cgt]pu|device|node|worker) (?:wps|fps|tps|ips|sps|mfu|throughput)$/;

/** `sec/tick`, `ms/batch`, `s/it`, `avg-sec-per-sentence`. */
export function isTimePer(name: string, words: readonly string[]): boolean {
  const per = words.indexOf("per");
  // `img/sec per GPU` is a rate.
  if (per > 0 && /^(?:m?s|m?secs?|seconds?|minutes?|hours?)$/.test(words[per - 1] ?? ""))
    return !/\/_?s(?:ec|econd)?s?[ _]per[ _]/i.test(name);
  return name.includes("/") && /^(?:m?s|secs?|seconds?|min|minutes?|h|hours?)_?\/_?(?!s)\p{L}/iu.test(name);
}

/** `ep_len_mean`, `Episode length`: how long an agent lasts is what is plotted. */
export function isEpisodeLength(words: readonly string[]): boolean {
  if (words.length === 1) return false;
  return /\b(?:ep|eps|episode|rollout|trajectory|traj)s?(?: \w+)? (?:len|length|lengths)\b/.test(words.join(" "));
}
/** What is a loss or a score whatever it is of. */
export const LOSS = /^(?:loss|losses|reward|accuracy|acc|perplexity|ppl)$/;

/** What is set or counted for a loss: `target_accuracy`, `time to loss`. */
export const BOUNDING = new Set(
  "target goal time times n num number count patience warmup threshold thres thresh".split(" "),
);
