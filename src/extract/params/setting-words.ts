/** Words that say that settings follow, as people title their dumps. */
const TITLE =
  /(?:^|[^\p{L}])(?:config(?:uration|s)?|cfg|(?:training|run|script|command[- ]line)? ?arg(?:ument)?s|namespace|(?:hyper)?[- ]?param(?:eter)?s|hparams|settings|options|flags)(?![\p{L}\p{N}])/iu;

/** A call whose arguments are settings: `Namespace(`, `TrainingArguments(`, `ModelConfig(`. */
export const SETTINGS_CALL =
  /(?:^|[^\w.])[\w.]{0,80}?(?:[Nn]amespace|Arguments|Args|Config|Configuration|Params|Parameters|Options|Settings|HParams|Hyper[Pp]arameters)\(/;

const HEADER =
  /^[\s|\u2502\u2503]*(?:hyper-?)?(?:param(?:eter)?|setting|option|argument|config(?:uration)?|key|name)s?[\s|\u2502\u2503:]+values?[\s|\u2502\u2503]*$/i;

/** Names that nobody prints but for the settings of a training. */
const KNOWN =
  /^(?:.*[_. /-])?(?:lr|learning[_ -]?rate|(?:micro[_ -])?(?:batch|bs)(?:[_ -]?size)?|(?:num|n|max|total|training)[_ -]?(?:epochs?|steps|iter(?:ation)?s|rounds)|epochs|optimi[sz]er|optim|seed|momentum|weight[_ -]decay|drop(?:out|_?rate|_?path)?|hidden[_ -](?:size|dim|units)|(?:n|num)[_ -](?:layers?|heads?)|warm[_-]?up(?:[_ -]\w+)?|model(?:[_ -]name)?(?:_or_path)?|dataset|arch(?:itecture)?|backbone|gamma|(?:lr[_ ])?scheduler|beta[s12]?|d_model|block_size|grad(?:ient)?[_ ]accumulation[_ ]steps|criterion|max[_ ]depth|n_estimators|eta)$/i;

/** Whether a line is the head of a table of settings: `| Parameter | Value |`. */
export function isSettingsHeader(text: string): boolean {
  return text.length < 200 && HEADER.test(text);
}

/** Whether a line, without what decorates it, is a title of settings. */
export function isSettingsTitle(text: string): boolean {
  return text.length < 120 && TITLE.test(text);
}

/** Whether a name is one of those that a training is known to have. */
export function isKnownSetting(name: string): boolean {
  return name.length < 100 && KNOWN.test(name);
}
