// What the extraction benchmarks read: logs made of pseudo-random lines, the same on every run.

let state = 20260102;

/** A whole number from 0 to `below` - 1. */
export function random(below) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const padded = (value, width) => String(value).padStart(width, "0");
const fraction = (digits) => (random(10 ** digits) / 10 ** digits).toFixed(digits);
const hex = (digits) => Array.from({ length: digits }, () => random(16).toString(16)).join("");
const letters = () => Array.from({ length: 2 + random(10) }, () => String.fromCharCode(97 + random(26))).join("");
const pick = (...values) => values[random(values.length)];
const clock = (line) =>
  `${padded(10 + ((line >> 16) % 14), 2)}:${padded((line >> 10) % 60, 2)}:${padded(line % 60, 2)}`;
const stamp = (line) => `2026-01-02 ${clock(line)}`;
const bar = (line) => {
  const percent = line % 101;
  return `${padded(percent, 3)}%|${"█".repeat(percent >> 3).padEnd(12)}| ${percent}`;
};
const WORDS =
  "reading writing merged cleaned rotated opened closed cached moved the index block table buffer stream".split(" ");

/** What stands between the metrics of an ordinary log. */
const remarks = [
  (line) =>
    `${stamp(line)},${padded(random(1000), 3)} INFO data: ${pick(...WORDS)} shard ${line} of 4096 in ${random(90)}.${random(10)}s`,
  (line) =>
    `${stamp(line)},${padded(random(1000), 3)} DEBUG worker ${random(64)} ${pick(...WORDS)} ${pick(...WORDS)} and went on`,
  (line) =>
    `[rank${random(8)}]: ${pick(...WORDS)} ${pick(...WORDS)} ${random(100_000)} samples from /data/part-${padded(line, 6)}.parquet`,
  (line) =>
    `${stamp(line)},${padded(random(1000), 3)} WARNING ${pick(...WORDS)} took longer than ${random(30)} ms, ${pick(...WORDS)} again`,
  () => `Saving checkpoint to runs/exp${random(12)}/checkpoint-${random(100_000)}.pt`,
  () => `  ${pick(...WORDS)} the ${pick(...WORDS)}, no ${pick(...WORDS)} needed`,
];

/** Every third line has metrics. A training script prints them one way from its start to its end, so each log has its own. */
const ordinary = (metrics) => (line) => (line % 3 === 0 ? metrics(line) : pick(...remarks)(line));
const rise = (line) => line * 10;

/** One line of each kind, by its number; more than one where there are newlines in it. */
export const kinds = {
  "ordinary, step and pairs": ordinary(
    (line) =>
      `${stamp(line)},${padded(random(1000), 3)} INFO epoch ${line >> 9} step ${rise(line)} loss=${random(4)}.${padded(random(1e4), 4)} acc=${fraction(3)} lr=${random(9)}.${random(90)}e-05`,
  ),
  "ordinary, colons and bars": ordinary(
    (line) =>
      `epoch: ${line >> 9} | step: ${rise(line)}/100000 | loss: ${random(12)}.${padded(random(1e4), 4)} | grad norm: ${random(20)}.${random(1000)} | tok/s: ${random(90_000)}`,
  ),
  "ordinary, JSON": ordinary(
    (line) =>
      `{"step": ${rise(line)}, "loss": ${random(4)}.${random(1e6)}, "eval": {"accuracy": ${fraction(3)}}, "lr": ${random(9)}e-4, "time": ${random(1000)}}`,
  ),
  "ordinary, Python dict": ordinary(
    (line) =>
      `{'loss': ${random(4)}.${padded(random(1e4), 4)}, 'grad_norm': ${random(20)}.${random(1e6)}, 'learning_rate': ${random(9)}.${random(1e4)}e-05, 'epoch': ${line / 512}}`,
  ),
  "ordinary, names and values": ordinary(
    (line) =>
      `step ${rise(line)} train loss ${random(9)}.${padded(random(1e4), 4)} val loss ${random(9)}.${padded(random(1e4), 4)} ppl ${random(400)}.${random(100)}`,
  ),
  "words only": () => `INFO ${pick(...WORDS)} ${pick(...WORDS)} ${pick(...WORDS)} and nothing else to report`,
  "log lines": (line) =>
    `${stamp(line)} INFO worker ${random(64)} processed shard ${padded(line, 6)} of 4096 (file data/part-${padded(line, 6)}.parquet)`,
  "log lines in JSON": (line) =>
    `{"ts": ${1767348672 + line}.${padded(random(1000), 3)}, "level": "info", "msg": "shard ${line} done", "worker": ${random(64)}, "bytes": ${random(1e9)}}`,
  "words and ids": (line) =>
    `[${stamp(line)},${padded(random(1000), 3)}] DEBUG ${pick(...WORDS)} ${hex(8)}-${hex(4)} ${pick(...WORDS)} ${pick(...WORDS)} ${random(1e6)} by ${hex(12)}`,
  "random words": () => Array.from({ length: 12 }, letters).join(" "),
  "random words and numbers": () =>
    Array.from({ length: 10 }, () => (random(4) === 0 ? random(10 ** (1 + random(6))) : letters())).join(" "),
  "random names, one a line": (line) => `# ${letters()}: ${line % 7} ${letters()}=${fraction(2)},`,
  "random pairs": () => Array.from({ length: 6 }, () => `${letters()}=${random(1e5) / 100}`).join(" "),
  "download bars, redrawn": (line) =>
    `\rDownloading:  ${bar(line)}.${random(10)}M/100M [00:${padded(line % 60, 2)}<00:15, ${random(9)}.${random(100)}MB/s]`,
  "download bars, as lines": (line) =>
    `Downloading:  ${bar(line)}.${random(10)}M/100M [00:${padded(line % 60, 2)}<00:15, ${random(9)}.${random(100)}MB/s]`,
  tracebacks: (line) =>
    [
      "Traceback (most recent call last):",
      `  File "/srv/jobs/train.py", line ${random(900)}, in main`,
      `    loss = step(batch, lr=0.001, size=${random(100)})`,
      `  File "/srv/venv/lib/python3.11/site-packages/torch/nn/modules/module.py", line ${random(2000)}, in _call_impl`,
      "    return forward_call(*args, **kwargs)",
      `RuntimeError: CUDA error at shard ${line}: device-side assert triggered 0x${hex(8)}`,
    ].join("\n"),
  "pip output": () =>
    pick(
      `Collecting ${pick(...WORDS)}-${pick(...WORDS)}>=${random(9)}.${random(30)}`,
      `  Downloading ${pick(...WORDS)}_${pick(...WORDS)}-${random(9)}.${random(30)}.${random(9)}-cp311-cp311-manylinux_2_17_x86_64.whl (${random(90)}.${random(9)} MB)`,
      `     ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ ${random(90)}.${random(9)}/${random(90)}.${random(9)} MB ${random(90)}.${random(9)} MB/s eta 0:00:0${random(9)}`,
      `Requirement already satisfied: ${pick(...WORDS)} in /usr/lib/python3.11/site-packages (from ${pick(...WORDS)}) (${random(9)}.${random(30)})`,
    ),
  "metrics, pairs": (line) =>
    `epoch ${line >> 9} step ${line} loss=${fraction(3)} acc=${fraction(2)} lr=${random(9)}e-4`,
  "metrics behind a log prefix": (line) =>
    `${stamp(line)},123 - trainer - INFO - epoch: ${line >> 9} | step: ${line} | loss: ${fraction(4)} | grad norm: ${fraction(3)} | tok/s: ${random(90_000)}`,
  "metrics in JSON": (line) =>
    `{"step": ${line}, "loss": ${fraction(4)}, "eval": {"accuracy": ${fraction(3)}}, "lr": ${random(9)}e-4, "time": ${random(1000)}}`,
  "metrics in a Python dict": (line) =>
    `{'loss': ${fraction(4)}, 'grad_norm': ${fraction(3)}, 'learning_rate': ${random(9)}e-05, 'epoch': ${line / 512}}`,
  "metrics in bars, as lines": (line) =>
    `Epoch ${line >> 7}: ${bar(line)}/100 [00:01<00:01, 45.${random(100)}it/s, loss=${fraction(3)}, acc=${fraction(2)}]`,
  "average meters": (line) =>
    `Epoch: [${line >> 9}][${line % 512}/512]\tTime ${fraction(3)} (${fraction(3)})\tLoss ${random(9)}.${random(1e4)} (${random(9)}.${random(1e4)})\tAcc@1 ${random(100)}.${random(100)} (${random(100)}.${random(100)})`,
  "a table that never ends": (line) =>
    line === 0
      ? "epoch  train_loss  valid_loss  accuracy  time"
      : `${String(line).padEnd(6)} ${fraction(6)}    ${fraction(6)}    ${fraction(6)}  00:${padded(line % 60, 2)}`,
  "a block that never ends": () => `| ${letters()}/${letters()} | ${fraction(4)} |`,
  "numbers only": () => Array.from({ length: 20 }, () => random(1e6) / 10 ** random(6)).join(" "),
  "number behind number": () => Array.from({ length: 20 }, () => random(1e6)).join(pick("-", ".", ":", "/", ",", "e")),
  "short lines": (line) => `${line % 1000}`,
  "empty lines": () => "",
  "one letter and a number": (line) => `a=${line % 10}`,
};

const LONG = 3000;
const nested = (depth) => `${'{"a": '.repeat(depth)}1${"}".repeat(depth)}`;

/** Lines of a few kilobytes that look like the beginning of something again and again. */
export const longKinds = {
  "deep JSON": () => nested(LONG / 8),
  "JSON with many keys": () =>
    `{${Array.from({ length: LONG / 20 }, () => `"${letters()}": ${random(1e6) / 1000}`).join(", ")}}`,
  "JSON that never closes": () => `{${`"loss": 1, `.repeat(LONG / 11)}`,
  "strings that never close": () => `{"loss": ${random(9)}, "${"a ".repeat(LONG / 2)}`,
  brackets: () => pick("[", "(", "[1", "((", "[[1, ", "({").repeat(LONG).slice(0, LONG),
  "words in brackets": () => "w (".repeat(LONG / 3),
  colons: () => `1${pick(":", ": ", " : ", "1:", "a:").repeat(LONG).slice(0, LONG)}`,
  "equals signs": () => `1${pick("=", "= ", " = ", "a=", "a = ").repeat(LONG).slice(0, LONG)}`,
  slashes: () => `1${pick("/", "1/", "a/", " /", "1 / ").repeat(LONG).slice(0, LONG)}`,
  pipes: () => `1${pick("|", "| ", "a|", "1%|", "|1 ").repeat(LONG).slice(0, LONG)}`,
  dots: () => `1${pick(".", "1.", "a.", ". ", "..").repeat(LONG).slice(0, LONG)}`,
  blanks: () => `1${" ".repeat(LONG)}loss${" ".repeat(LONG)}1`,
  "one word": () => `1${"a".repeat(LONG)}`,
  "one number": () => "1".repeat(LONG),
  "words without end": () => `1 ${Array.from({ length: LONG / 8 }, letters).join(" ")}`,
  "pairs without end": () => Array.from({ length: LONG / 12 }, () => `${letters()}=${random(1000)}`).join(" "),
  "one pair again and again": () => "loss=1 ".repeat(LONG / 7),
  "words that are no numbers": () => "nan inf ".repeat(LONG / 8),
  "escape sequences": () => `\u001b[31mloss\u001b[0m=${random(100)} `.repeat(LONG / 20),
  "escapes that never end": () => `1${pick("\u001b[", "\u001b]0;", "\u001b", "\u001b[3").repeat(LONG).slice(0, LONG)}`,
  backspaces: () => "1\b".repeat(LONG / 2),
  "returns and nothing between": () => `1${"\r".repeat(LONG)}`,
  "redrawn by returns": () => Array.from({ length: LONG / 16 }, () => `\rloss=${fraction(4)} `).join(""),
  "no UTF-8": () => Buffer.from(Array.from({ length: LONG }, () => 128 + random(128))),
  "letters of another script": () => "損失 0.5 ".repeat(LONG / 11),
  quotes: () => `1${pick('"', "'", '" ', 'a"', `"'`).repeat(LONG).slice(0, LONG)}`,
};

/** About so many bytes of one kind. */
export function logOf(lineOf, bytes) {
  const lines = [];
  for (let size = 0, line = 0; size < bytes; line += 1) {
    const made = lineOf(line);
    const text = Buffer.isBuffer(made) || made.startsWith("\r") ? made : `${made}\n`;
    const whole = Buffer.isBuffer(text) ? Buffer.concat([text, Buffer.from("\n")]) : Buffer.from(text);
    lines.push(whole);
    size += whole.length;
  }
  return Buffer.concat(lines);
}
