/** Words that name what is plotted, alone or in a name. */
export const METRIC_WORDS: ReadonlySet<string> = new Set(
  (
    "loss losses nll bce ce kl elbo likelihood correlation logloss perplexity ppl bpc bpb entropy cost " +
    "acc accuracy err error mae mse rmse mape mpe r2 auc auroc auprc aucpr prauc roc f1 fscore precision recall sensitivity specificity " +
    "ap ar map mrr ndcg rsum iou miou dice jaccard bleu rouge chrf meteor wer cer ser ter mcc kappa pearson spearman " +
    "psnr ssim lpips fid top1 top5 score reward rewards return returns rew fps ips tps wps ups mfu tflops flops throughput speed " +
    "gnorm l2 l1 rms rmsle xent crossentropy hits em exact sps objective obj inertia bound divergence fitness deviance distortion stress " +
    "silhouette ari nmi ami crps smape wape mase logp logprob loglikelihood rsquared rsq perp gini hinge accu regret eer dcf stoi pesq sdr sisdr si-sdr " +
    "ll llf explained loglik aic aicc bic hqic logz lnz acceptance lddt gdt kid snr computation eprewmean approxkl meankl ade fde " +
    "minade minfde accurancy cider uas las upos xpos ufeats spice epe mpjpe pck mota motp hota idf1 hd95 assd brier ece nrmse " +
    "giou sacrebleu bertscore bleurt tpr fpr tnr fnr bpd kld winrate elo plddt rmsd msle nlpd infonce chamfer hausdorff silog " +
    "oks pckh ndtw sdtw hypervolume mcd uar ccc ler mcer csig cbak covl dnsmos utmos visqol"
  ).split(" "),
);

/** Words that go before or after a metric's own word and do not change what it is. */
export const QUALIFIERS = new Set(
  (
    "train training val valid validation test testing eval evaluation dev avg average mean running total best final last " +
    "current cur time elapsed lm mlm aux macro micro weighted batch epoch step global std of per smoothed moving ema overall median box cls grad gradient"
  ).split(" "),
);

export const SPLIT_WORDS = new Set("train training val valid validation test testing eval evaluation dev".split(" "));

export const SETTING_WORDS = new Set(
  (
    "lr momentum decay dropout eps epsilon beta betas beta1 beta2 gamma temperature warmup clip clipping smoothing penalty " +
    "weight weights scale factor alpha nms coef coeff ratio tau normalizer regularization lambda"
  ).split(" "),
);

export const NOISE_WORDS = new Set(
  (
    "time times eta elapsed elap elapsedtime jitter remaining runtime timestamp ts duration wall lapse took date datetime clock ms msec " +
    "mem memory vram rss allocation eviction allocated reserved cached oom size sizes bytes gb mb kb gib mib kib " +
    "rank desired pid tid port id ids uid version seed line lineno gpu gpus cpu ram cpus device devices node nodes worker workers host world " +
    "param params parameter parameters trainable file files dim vocab vocabulary " +
    "number num address addr level exit status code signal attempt retry retries shard shards " +
    "warmup patience bsz wpb skipped loader prefetch threads interval root goal target support instances count counts workspace dur date machine " +
    "timing timings timer stamp walltime sec secs second seconds latency maintenance kimg seqlen reflen syslen hyplen qsize hrs checkpoint checkpoints threshold thres thresh " +
    "tol tolerance decimal decimals default equation expression formula"
  ).split(" "),
);

/** What a program stops with: `KeyError: 3`. Other names with an error at their end may be measured. */
export const FAILURES: readonly string[] = (
  "AssertionError AttributeError FloatingPointError ImportError IndexError KeyError LookupError MemoryError NameError OSError " +
  "OverflowError RuntimeError TimeoutError TypeError ValueError ZeroDivisionError"
).split(" ");

/** What a number is of, behind `per`: `flops per GPU` are flops. */
export const SHARED_AMONG = new Set(
  "gpu gpus device devices node nodes worker workers rank token tokens word words sample samples step frame episode image char character byte pixel atom".split(
    " ",
  ),
);

/** What a metric may be of: `class_error`, `node_acc`. Beside another word they say that something was counted. */
export const COUNTED_THINGS = new Set(
  "class classes layer layers heads example examples image images sample token label".split(" "),
);

export const LENGTH_WORDS = new Set(["len", "lens", "length", "lengths"]);

/**
 * What is no metric on its own: what is true of one example (`pred: 3.2, gt: 3.1`), a count (`N=100`), how much is done,
 * in which stage, how wide a search is (`with beam=5: bleu=27.5`).
 */
export const ALONE = new Set("data gt truth actual n complete progress stage phase beam stop".split(" "));

/** What a length is a setting of: `max_length`, `seq_len`. */
export const BOUNDED = new Set(
  "max min seq sequence context vocab word token input output prompt block chunk line path hop win hyp ref sys".split(
    " ",
  ),
);

export const COUNTED = new Set(
  (
    "steps iters iterations epochs batches samples tokens updates episodes rounds words sentences sequences " +
    "sen frames labels features targets games trajs evals nevals fevals run runs fold folds replica replicas restarts " +
    "passes timesteps numsteps observations interacts interactions client clients"
  ).split(" "),
);
export const COUNT_SINGULAR = new Set(
  "step iter iteration epoch batch sample token update episode round seq seed instance".split(" "),
);
export const BOUNDS = new Set(
  "max min n start begin end best save log logging eval print limit last first next every until goal".split(" "),
);

/**
 * With the metric words, every word that makes a name of plain words (letters in lower case, parted by `_` and `/`) anything
 * but unknown, but for those that are told by their letters: `trainloss`, `valacc`, `gpumem`.
 */
export const OTHER_TELLING_WORDS: readonly string[] = [
  ...[
    QUALIFIERS,
    SETTING_WORDS,
    NOISE_WORDS,
    ALONE,
    COUNTED_THINGS,
    LENGTH_WORDS,
    COUNTED,
    COUNT_SINGULAR,
    BOUNDS,
  ].flatMap((words) => [...words]),
  ..."norm squared value per learn learning rate s ms m sec secs second seconds min minute minutes h hour hours".split(
    " ",
  ),
  ..."last prev previous old new best".split(" "),
  ..."config cfg settings options args hparams hyperparameters depth leaves".split(" "),
];
