import type { Goal } from "./alert.ts";

/** Words of a metric's name that say that less is better … */
const LESS_IS_BETTER = new Set(
  "loss error err perplexity ppl mse rmse mae mape nll bce bpc bpb wer cer fid eer brier".split(" "),
);
/** … or more, */
const MORE_IS_BETTER = new Set(
  "accuracy acc score auc auroc auprc f1 precision recall bleu rouge map ap iou miou dice psnr ssim reward r2".split(
    " ",
  ),
);
/** and words of a setting or a cost beside it, of which nothing is the best. */
const NO_GOAL = new Set(
  "scale scaler weight coef coefficient lr rate count num step steps epoch time seconds std var threshold".split(" "),
);

/** Whether a metric of this name wants to be small or large; undefined when the name does not tell. */
export function goalOf(key: string): Goal | undefined {
  const words = wordsOf(key);
  if (words.some((word) => NO_GOAL.has(word))) return undefined;
  // What a loss is made of stands before it: dice_loss, f1_error.
  if (isLess(words.at(-1) ?? "")) return "min";
  const less = words.some(isLess);
  const more = words.some(isMore);
  if (less === more) return undefined;
  return less ? "min" : "max";
}

/** `valLoss`, `val/loss` and `val_loss2` all have the words val and loss. */
function wordsOf(key: string): string[] {
  const words = key
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.filter((word) => word !== "" && !/^\d+$/.test(word));
}

function isLess(word: string): boolean {
  return LESS_IS_BETTER.has(word) || LESS_IS_BETTER.has(withoutNumber(word)) || /(loss|error|perplexity)$/.test(word);
}

function isMore(word: string): boolean {
  return MORE_IS_BETTER.has(word) || MORE_IS_BETTER.has(withoutNumber(word)) || word.endsWith("accuracy");
}

function withoutNumber(word: string): string {
  return word.replace(/\d+$/, "");
}
