const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?`;
const DATE = String.raw`(?:\d{4}[-/]\d\d[-/]\d\d|\d\d[-/]\d\d(?:[-/]\d{2,4})?)`;
const ZONE = String.raw`(?:Z| ?[-+]\d\d:?\d\d)?`;
const LEVEL = String.raw`(?:TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN|WARNING|ERROR|CRITICAL|FATAL)`;

// What loggers print in front of a message, one piece at a time. `^` only: none of them looks further into the line.
const PIECES: readonly RegExp[] = [
  // 2026-01-31 10:11:12,345 · [2026-01-31T10:11:12Z] · [01/29 06:13:39 engine.train_loop]: · 10:11:12 |
  new RegExp(String.raw`^\[?(?:${DATE}[T ])?${CLOCK}${ZONE}(?: [\w.<>]{1,60}\]:|\]|(?= |$))`),
  // [I 2026-11-22 13:30:22,856] · [2020-02-09 07:29:01,570 INFO]
  new RegExp(String.raw`^\[(?:[DIWEC] )?${DATE}[T ]${CLOCK}(?: ${LEVEL})?\]`),
  // glog: I0224 00:32:03.932615   655 solver.cpp:406]
  new RegExp(String.raw`^[IWEF]\d{4} ${CLOCK} +\d+ [\w./-]{1,200}:\d+\]`),
  // INFO · [INFO] · [info     ] · INFO:tensorflow:
  new RegExp(String.raw`^\[? ?${LEVEL} ?\]?(?::[\w.]{1,60}(?=:))?(?![\w])`),
  /^\[(?:trace|debug|info|notice|warning|error|critical) {0,2}\]/,
  // [rank0]: · [default0]: · [Rank 0] · [LightGBM] · [logging.py:96:log_dist] · [stats.py:118] · [host-name]
  /^\[(?:[Rr]ank ?\d+|[A-Za-z_][\w.<>-]*(?::\d+(?::[\w<>.-]+)?(?:, rank=\d+)?)?)\](?!\[)/,
  // (trainer:653)
  /^\([\w.]{1,60}:\d+\)/,
  // package.module:function:12 - · train.py:37 - (as loguru and others put it)
  /^[\w.<>]{1,100}:(?:[\w<>.]{1,100}:)?\d+ - /,
  // a logger's name before the level: maskrcnn_benchmark.trainer INFO: · - mmdet - INFO - · - __main__ -
  new RegExp(String.raw`^[\w.]{1,100} (?=${LEVEL}\b)`),
  /^- [\w.]{1,100} - /,
  /^[-:|>] ?(?=\S)/,
];

/** The longest prefix there is; more pieces than this are a message. */
const MOST_PIECES = 12;

/**
 * The message of a log line: without time stamp, level, rank, logger name and source location in front. A line that has
 * none of them keeps the blanks in front of it.
 */
export function messageOf(text: string): string {
  let rest = text.trimStart();
  let stripped = false;
  for (let count = 0; count < MOST_PIECES; count += 1) {
    const found = pieceLength(rest);
    if (found === 0 || isSplitBracket(rest, found)) break;
    rest = rest.slice(found).trimStart();
    stripped = true;
  }
  return stripped ? rest : text;
}

function pieceLength(rest: string): number {
  for (const piece of PIECES) {
    const length = piece.exec(rest)?.[0].length ?? 0;
    if (length > 0) return length;
  }
  return 0;
}

/** `[train] loss=0.5`: the bracket says which data the numbers are about. */
function isSplitBracket(rest: string, length: number): boolean {
  return /^\[(?:train(?:ing)?|val(?:id|idation)?|test(?:ing)?|eval(?:uation)?|dev)\]$/i.test(rest.slice(0, length));
}
