import {
  BOUNDING,
  IN_RANK,
  isEpisodeLength,
  isRootError,
  isRSquared,
  isTimePer,
  LOSS,
  OF_EACH,
  OF_MODEL,
  OF_NORM,
  OF_RATE,
  OF_SETUP,
  OF_VALUE,
  OF_WORK,
  SPEED_OF_DEVICE,
  WAS_BEST,
  WITH_ODD_WORD,
} from "./name-forms.ts";
import {
  ALONE,
  BOUNDED,
  BOUNDS,
  COUNTED,
  COUNTED_THINGS,
  COUNT_SINGULAR,
  LENGTH_WORDS,
  METRIC_WORDS,
  NOISE_WORDS,
  QUALIFIERS,
  SETTING_WORDS,
  SHARED_AMONG,
  SPLIT_WORDS,
} from "./name-vocabulary.ts";
import { wordsOf } from "./name-words.ts";

/**
 * What the words of a printed name say about the number beside it. Names are compared by their words, so that
 * `RunningAvgSamplesPerSec`, `train/loss_bbox` and `Val Acc@1` are understood without being listed.
 */

/** How a name relates to training. */
export type NameKind =
  /** Known to be plotted: a loss, an accuracy, a rate … */
  | "metric"
  /** A metric only beside a step: learning rate, momentum. On its own it is a setting. */
  | "setting"
  /** Never a metric: times, memory, identities, counts. */
  | "noise"
  | "unknown";

/** What a name says about the number beside it. */
export function kindOf(name: string): NameKind {
  const all = wordsOf(name);
  const [only] = all;
  if (only === undefined) return "noise";
  // On its own beside a step, it is what was reached; `target_accuracy` is a goal.
  if (all.length === 1 && only === "target") return "setting";
  if (all.length === 1 && (only === name || ALONE.has(only))) return kindOfWord(only);
  if (isTimePer(name, all) || OF_WORK.test(all.join(" "))) return "noise";
  if (WAS_BEST.test(name) || OF_MODEL.test(name) || OF_SETUP.test(name)) return "noise";
  // `n/ep`, `Total T`: how many.
  if (/^n\/\p{L}|[_ ]T$/u.test(name)) return "noise";
  const [, whole = ""] = OF_EACH.exec(name) ?? [];
  if (whole !== "" && (/(?:bits?|nats?)$/i.test(whole) || kindOf(whole) === "metric")) return "metric";
  const words = withoutShare(name, all);
  if (IN_RANK.test(name) || OF_NORM.test(name)) return "metric";
  if (isRate(name, all) || isEpisodeLength(words)) return "metric";
  // `time/fps`: the group says less than the name in it.
  const path = name.lastIndexOf("/");
  if (path > 0 && /^\p{L}{3}/u.test(name.slice(path + 1)) && kindOf(name.slice(path + 1)) === "metric") return "metric";
  const spoken = words.join(" ");
  if (OF_VALUE.test(spoken) || OF_RATE.test(spoken) || WITH_ODD_WORD.test(spoken)) return "metric";
  // Before the words for what is normed: `params norm`.
  if (words.includes("norm")) return isOfNorm(words) ? "setting" : "metric";
  if (isRSquared(words) || isRootError(words)) return "metric";
  if (SPEED_OF_DEVICE.test(words.join(" "))) return "metric";
  // `Token %`: the share of them that was right.
  const isShare = words.length === 1 && name.endsWith("%") && COUNTED_THINGS.has(words[0] ?? "");
  if ((words.some(isNoise) && !isOfLoss(words)) || (isCountName(words) && !isShare) || isCostOfWork(words))
    return "noise";
  if (LENGTH_WORDS.has(words.at(-1) ?? "")) return words.some((word) => BOUNDED.has(word)) ? "noise" : "unknown";
  const isRanked = isAtK(name);
  if (
    !isRanked &&
    !name.endsWith("%") &&
    words.some(isOfSeveral) &&
    // `label_metrics/false_negative`
    !words.includes("metrics") &&
    !LOSS.test(words[0] ?? "") &&
    !isOfCounted(words) &&
    // `last_layer_lr`
    !isLearningRate(words.slice(-1))
  )
    return "noise";
  if (isLearningRate(words) || isConstantName(name) || /^max_kl$/i.test(name)) return "setting";
  const metric = isRanked || words.some((word) => isMetricWord(word));
  // `alpha_loss`, `ent_coef_loss`; a lambda is what a loss is weighted by
  if ((words.at(-1) !== "loss" || words[0] === "lambda") && words.some((word) => SETTING_WORDS.has(word)))
    return "setting";
  return metric ? "metric" : "unknown";
}

/** `heads`, `num_class`; `class 2` and `layer_0/entropy` say which one of them. */
function isOfSeveral(word: string, at: number, words: readonly string[]): boolean {
  return COUNTED_THINGS.has(word) && !(/^(?:class|layer|label)$/.test(word) && /^\d{1,4}$/.test(words[at + 1] ?? ""));
}

/** `tokens per second per GPU`, `loss per token`: without what it is shared among. */
function withoutShare(name: string, words: readonly string[]): readonly string[] {
  const per = words.lastIndexOf("per");
  // `LL/token`
  const isShared = per === -1 && words.length === 2 && name.includes("/") && isMetricWord(words[0] ?? "");
  if (isShared && SHARED_AMONG.has(words[1] ?? "")) return words.slice(0, 1);
  // Of a model, not of the machine.
  if (per > 0 && /^(?:tokens?|samples?|images?)$/.test(words[per + 1] ?? "") && words.includes("flops"))
    return ["params"];
  return per > 0 && SHARED_AMONG.has(words[per + 1] ?? "") ? words.toSpliced(per, 2) : words;
}

/** `class_acc`, `class_error_unscaled`: a metric of what could be counted. */
function isOfCounted(words: readonly string[]): boolean {
  return (
    isMetricWord(lastButRate(words)) ||
    words.some((word, at) => isMetricWord(word) && COUNTED_THINGS.has(words[at - 1] ?? ""))
  );
}

/** `token error rate` is an error. */
function lastButRate(words: readonly string[]): string {
  return words.at(words.at(-1) === "rate" ? -2 : -1) ?? "";
}

/** `Dur Loss`, `loss_duration`, `loss_code_pen` and `loss_avg_rank`: a loss is one whatever it is of, and wherever it was taken. */
function isOfLoss(words: readonly string[]): boolean {
  const [first = "", last = ""] = [words[0], words.at(-1)];
  // `Loss/target_clf`: no goal
  if (first === "loss" && words[1] === "target" && words.length > 2) return true;
  const isLoss =
    LOSS.test(last) ||
    ((first === "loss" || first === "l2") && words.every((word) => !isNoiseWord(word) || PART.test(word)));
  return isLoss && !words.some((word) => BOUNDING.has(word));
}

/** What a loss may be of, or taken on, though alone it is no metric. */
const PART = /^(?:params?|dur|duration|size|code|vocab|rank|gpu|node|worker|device)\d*$/;

/** `layer_norm_eps`, `max_grad_norm`, `grad_norm_clip`: what a norm is bounded or kept from zero by. */
function isOfNorm(words: readonly string[]): boolean {
  return words[0] === "max" || words.some((word) => /^(?:eps|epsilon|clip|clipping)$/.test(word));
}

/**
 * The same of a word in a name; `dist_to_target` is of a distance, `share_within_threshold` of what lies in it, the mean of
 * targets is of an estimate, and the eta in `Learning rate (eta)` no time.
 */
function isNoise(word: string, at: number, words: readonly string[]): boolean {
  if (!isNoiseWord(word) || /^(?:to|within)$/.test(words[at - 1] ?? "")) return false;
  return (
    !(word === "eta" && words[at - 1] === "rate") && !(word === "target" && /^(?:mean|q\d?)$/.test(words[at + 1] ?? ""))
  );
}

/** `time`, `gpumem`. */
function isNoiseWord(word: string): boolean {
  return NOISE_WORDS.has(word) || word.endsWith("mem");
}

/** The same for a name of one word in lower case: most names that come once only. */
function kindOfWord(word: string): NameKind {
  if (word === "norm") return "metric";
  if (isNoiseWord(word) || ALONE.has(word)) return "noise";
  const metric = isMetricWord(word);
  if (!metric && (COUNTED.has(word) || COUNT_SINGULAR.has(word))) return "noise";
  if (LENGTH_WORDS.has(word)) return "unknown";
  if (!metric && COUNTED_THINGS.has(word)) return "noise";
  // What a model needs, unless a step says that it was measured.
  if (isLearningRate([word]) || SETTING_WORDS.has(word) || word === "flops") return "setting";
  return metric ? "metric" : "unknown";
}

const K = 0x6b;

/** Whether this word alone names something that is plotted. */
export function isMetricWord(word: string): boolean {
  if (METRIC_WORDS.has(word)) return true;
  if (word.includes("loss") || word.includes("accuracy") || word.includes("perplexity") || word.endsWith("acc"))
    return true;
  const last = word.charCodeAt(word.length - 1);
  if (last >= 0x61 && last <= 0x7a && last !== K) return false;
  // `top5`, `fid50k`
  const stem = word.replace(/\d+k?$/, "");
  return stem !== word && stem.length > 1 && METRIC_WORDS.has(stem);
}

/** Whether the word may stand beside a metric's own word in a name: `train`, `avg`. */
export function isQualifier(word: string): boolean {
  return QUALIFIERS.has(word);
}

/** Whether the word names a part of the data: `train`, `val`, `test`. */
export function isSplitWord(word: string): boolean {
  return SPLIT_WORDS.has(word);
}

/** `it/s`, `samples_per_second`, `words/sec/thread`, `TFLOP/s/GPU`. Not `s/it`, which is a time. */
function isRate(name: string, words: readonly string[]): boolean {
  if (!name.includes("/") && !words.includes("per") && !/secs?$/i.test(name)) return false;
  if (words.some((word) => word === "time" || word === "elapsed" || word === "gb" || word === "mb" || word === "kb"))
    return false;
  if (/[\p{L})] ?\/ ?_?s(?:ec|ecs|econd)?(?![\p{L}\p{N}])/iu.test(name.replaceAll("_", " ").replaceAll(" / ", "/")))
    return true;
  // `tokens_sec`
  if (words.length > 1 && /^secs?$/.test(words.at(-1) ?? "") && COUNTED.has(words.at(-2) ?? "")) return true;
  // `tokens per gpu per second`
  return words.some(
    (word, at) => at > 0 && word === "per" && /^(?:s|sec|secs|second|seconds)$/.test(words[at + 1] ?? ""),
  );
}

/** `batch_cost`, `avg_reader_cost`: a time. */
function isCostOfWork(words: readonly string[]): boolean {
  const cost = words.lastIndexOf("cost");
  return cost > 0 && /^(?:batch|reader|data|iter|step|epoch|io)$/.test(words[cost - 1] ?? "");
}

function isLearningRate(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      word.startsWith("l") &&
      (/^lr\d*$/.test(word) || (/^learn(?:ing)?$/.test(word) && words[index + 1]?.startsWith("rate"))),
  );
}

/** `WARMUP_STEPS`, `MIN_BBOX_MAP`: constants of a program. `AP_50` and `LOSS` are not written like one. */
function isConstantName(name: string): boolean {
  return (
    name.includes("_") &&
    /^\p{Lu}{2,}[\p{Lu}\p{N}]*(?:_[\p{Lu}\p{N}]+)+$/u.test(name) &&
    !/^(?:LOSS|ACC|SCORE|ROUGE|BLEU|F1|MAE|MSE|RMSE|IOU|AUC|WER|CER)_|(?:LOSS|ACC|ACCURACY|SCORE|AUC)$/.test(name) &&
    !/^(?!MIN|MAX|TARGET|GOAL).*_(?:BLEU|F1|MAE|MAPE|MSE|RMSE|M?IOU|WER|CER|PSNR|SSIM|PPL|PRECISION|RECALL)$/.test(name)
  );
}

/** `P@1`, `Recall@20`, `PCKh@0.5`. */
function isAtK(name: string): boolean {
  return name.includes("@") && /\p{L}@(?:\d+|0?\.\d{1,2})$/u.test(name);
}

/** `max_iter`, `total steps`, `consumed samples`: a count or a bound of the run; `correct_next_step_predictions` measures. */
function isCountName(words: readonly string[]): boolean {
  if (words.some((word) => COUNTED.has(word)) && !words.some((word) => isMetricWord(word))) return true;
  // `lr_step`: as it was at this step.
  const isRate = /^(?:lr|learning rate) (?:step|epoch)$/.test(words.join(" "));
  if (COUNT_SINGULAR.has(words.at(-1) ?? "") && !isRate && !words.some((word) => isMetricWord(word))) return true;
  // `loss_train_last_batch`
  const isOfMetric =
    words.length > 2 && (isMetricWord(words[0] ?? "") || (words[0] !== "best" && isMetricWord(words.at(-1) ?? "")));
  const isBound = (word: string, at: number): boolean =>
    BOUNDS.has(word) && COUNT_SINGULAR.has(words[at + 1] ?? "") && (at === 0 || at + 2 === words.length);
  return words.some(isBound) && !isOfMetric;
}
