const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?`;
const DATE = String.raw`(?:\d{4}[-/]\d\d[-/]\d\d|\d\d[-/]\d\d(?:[-/]\d{2,4})?)`;
const ZONE = String.raw`(?:Z| ?[-+]\d\d:?\d\d| (?:UTC|GMT|CES?T|[JIK]ST|[ECMP][SD]T)(?= ))?`;
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const LEVEL = String.raw`(?:TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN|WARNING|ERROR|CRITICAL|FATAL)`;

// What loggers print in front of a message, one piece at a time. `^` only: none of them looks further into the line.

// 2026-01-31 10:11:12,345 · [2026-01-31T10:11:12Z] · [01/29 06:13:39 engine.train_loop]: · 10:11:12 |
const STAMP = new RegExp(String.raw`^\[?(?:${DATE}[T ])?${CLOCK}${ZONE}(?: [\w.<>-]{1,60}\]:?|\]|(?=:? |:?$))`);
// [ Tue Nov 14 10:11:12 2023 ] · [Thu, 21 Jul 2022 10:11:12] · 23 May 10:11
const STAMP_IN_WORDS = new RegExp(
  String.raw`^\[? ?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:${MONTH} {1,2}\d{1,2}|\d{1,2} ${MONTH}),?(?: \d{4})? ${CLOCK}(?: \d{4})?(?: ?\]|(?=:? |:?$))`,
);
// [0921 12:34:56 @base.py:275]
const STAMP_AND_SOURCE = new RegExp(String.raw`^\[(?:\d{4} )?${CLOCK} @[\w.]{1,60}:\d+\]`);
// [I 2026-11-22 13:30:22,856] · [2020-02-09 07:29:01,570 INFO]
// [flaml.automl: 11-13 10:11:12] · [2022-08-01 10:11:12,123][12345], with the number of the process
const STAMP_IN_BRACKETS = new RegExp(
  String.raw`^\[(?:\w{1,20} |[\w.]{1,60}: )?(?:[DIWEC] )?${DATE}[T ]${CLOCK}(?: ${LEVEL}| [\w.]{1,60}:\d+)?\](?:\[\d{3,8}\](?= ))?`,
);
// [12345] [MainThread] [INFO], [12345] INFO: the number of the process, and the thread
const PROCESS_IN_BRACKETS = new RegExp(
  String.raw`^\[\d{1,8}\](?= {0,2}(?:\[[A-Za-z][\w.-]{0,60}\] {0,2})?\[? ?${LEVEL}\b)`,
);
// {2390} INFO, the line in the source
const LINE_IN_BRACES = new RegExp(String.raw`^\{\d{1,6}\} (?=${LEVEL}\b)`);
// glog: I0224 00:32:03.932615   655 solver.cpp:406]
const GLOG = new RegExp(String.raw`^[IWEF]\d{4} ${CLOCK} +\d+ [\w./-]{1,200}:\d+\]`);
// DLL 2026-01-31 10:11:12.345 -
const TAG_AND_STAMP = new RegExp(String.raw`^[A-Z]{2,10} ${DATE}[T ]${CLOCK}(?= )`);
// INFO · [INFO] · [info     ] · INFO:tensorflow:
const LEVEL_NAME = new RegExp(
  String.raw`^(?:\[ {0,9}${LEVEL} {0,9}\]|\[? ?${LEVEL} ?\]?)(?::[\w.-]{1,60}(?=:))?(?![\w])`,
);
// I STARTING Optimization, of a level its first letter
const LEVEL_LETTER = /^(?:[IW] (?=[A-Z][A-Za-z]+ |[A-Z]{2,}:)|I (?=[A-Z]{2}))/;
// [ INFO : 2025-06-14 04:05:47,255 ] · [INFO:1234 learner:56 2025-06-14 04:05:47,255], with the process and the source
const LEVEL_AND_STAMP = new RegExp(
  String.raw`^\[ ?${LEVEL}(?: ?: ?|(?::\d{1,9})? [\w.]{1,60}:\d{1,6} )${DATE}[T ]${CLOCK} ?\]`,
);
// [INFO|trainer.py:2134] · [INFO|DP=0|PP=0|TP=0] · [INFO forest.cc:358]
const LEVEL_AND_SOURCE = new RegExp(String.raw`^\[${LEVEL}(?:\|[^[\]]{1,80}| [\w./-]{1,60}:\d{1,6})\]`);
const LOWER_LEVEL = /^\[(?:trace|debug|info|notice|warning|error|critical) {0,2}\]/;
// [rank0]: · [default0]: · [Rank 0] · [worker  0] · [LightGBM] · [logging.py:96:log_dist] · [stats.py:118] · [host-name] · [host-name:0/2] in front of a date
const SOURCE_IN_BRACKETS =
  /^\[(?:(?:[Rr]ank|RANK|[Ww]orker|[Nn]ode|[Pp]rocess|gpu|GPU):? {0,3}\d+|[A-Za-z_][\w.<>-]*(?::\d+(?::[\w<>.-]+)?(?:, rank=\d+)?|:\d+\/\d+(?=\] \d{4}-))?)\](?!\[)/;
// [------------] and [   10%      ], a column that says how much is done
const SHARE_IN_BRACKETS = /^\[(?:-{4,40}| {1,9}\d{1,3}% {1,9})\]/;
// [       train.py][line: 957]
const FILE_AND_LINE = /^\[ {0,30}[\w.-]{1,60}\]\[line: ?\d{1,6}\]/;
// [akka://Tracker/user/Handler]
const ADDRESS_IN_BRACKETS = /^\[[a-z]{2,10}:\/\/[^\s[\]]{1,200}\]/;
// Tracker$Logger: · Optimizer$:395 - (as classes of the JVM are named)
const JVM_CLASS = /^[\w.]{1,100}\$[\w$]{0,100}:(?:\d{1,6} -)?(?= )/;
// [1,0]<stdout>: as mpirun puts it, [1,mpirank:0,host-1]<stdout>: with names, and [0042:3]: with a node and a rank
const MPI = /^\[\d+(?:,[\w:.-]{1,60}){0,2}\]<std(?:out|err)>:|^\[\d{1,6}:\d{1,4}\]:(?=\S)/;
// #015, a carriage return as syslog writes it
const ESCAPED = /^#015(?=\S)/;
// 123456 [main] INFO, as programs for the JVM print the milliseconds and the thread
const THREAD = new RegExp(String.raw`^\d{1,10} \[[\w.-]{1,60}\] (?=${LEVEL}\b)`);
// Chain 1: · Chain [1] as samplers put it
const CHAIN = /^[Cc]hain (?:\d+:|\[\d+\]) /;
// (main_task pid=12345, ip=10.0.0.1) as Ray puts it
const WORKER = /^\([\w ]{1,60}pid=\d+[^()]{0,60}\)/;
// (trainer:653), not (Epoch 20)
const SOURCE_IN_PARENTHESES =
  /^\((?!(?:epoch|ep|step|iter|iteration|batch|round|episode|trial)[: ])[\w.]{1,60}[: ]\d+\)/i;
// package.module:function:12 - · train.py:37 - (as loguru and others put it)
const SOURCE = /^(?:[\w.<>]{1,100}:[\w<>.]{1,100}|[\w<>]{0,100}(?:[.<]|__)[\w.<>]{0,100}):\d+ - /;
// a logger's name before the level: maskrcnn_benchmark.trainer INFO: · - mmdet - INFO - · - __main__ -
const LOGGER = new RegExp(String.raw`^\w[\w.-]{0,99} (?=${LEVEL}\b)`);
const LOGGER_IN_DASHES = /^- \w[\w.-]{0,99} - /;
// package.module -
const MODULE = /^\w{1,60}(?:\.\w{1,60}){1,8} {1,2}- /;
// package.module Epoch[2], behind a level only: `val.loss 0.5` begins a message
const MODULE_BEHIND_LEVEL = /^[a-z_]\w{0,60}(?:\.[a-z_]\w{0,60}){1,8} (?=[A-Z])/;
// [ Info: · ┌ Info: (as Julia puts it)
const JULIA = /^[[\u250c] (?:Info|Warning|Error|Debug): /;
// LOG (nnet3-train[5.5]:PrintTotalStats():nnet-training.cc:276)
const KALDI = /^(?:LOG|VLOG\[\d\]) \([^\s()]{1,100}:[\w~]{1,60}\(\):[\w.-]{1,60}:\d{1,6}\) /;
// time="2026-01-31T10:11:12Z" level=info msg="step 5: loss 0.5", where that is the last field
const FIELDS =
  /^(?:(?:time|ts|t|level|lvl|caller|logger)=(?:"[^"]{0,60}"|[^\s"]{1,80}) ){1,6}(?:msg|message)="(?=[^"]{0,300}\d[^"]{0,300}"$)/;
// 2024-01-31 10:11:12,345 >>   as transformers puts it; `>>>` is Python's prompt
const QUOTE = /^>>(?=\s+\S)/;
// A minus sign is no piece, nor is a rule. A number behind the dash may be padded: `-    1135 - loss: 0.5`
const SIGN = /^(?:-(?: (?=\S| {1,8}\d)|(?=[^\s\d.-]))|[:|>] ?(?=\S))/;

const IN_BRACKETS: readonly RegExp[] = [
  STAMP_IN_BRACKETS,
  STAMP,
  STAMP_IN_WORDS,
  STAMP_AND_SOURCE,
  LEVEL_AND_SOURCE,
  LEVEL_AND_STAMP,
  LEVEL_NAME,
  LOWER_LEVEL,
  PROCESS_IN_BRACKETS,
  SOURCE_IN_BRACKETS,
  FILE_AND_LINE,
  SHARE_IN_BRACKETS,
  ADDRESS_IN_BRACKETS,
  MPI,
  JULIA,
];
const WITH_MARK: Readonly<Record<string, readonly RegExp[]>> = {
  "[": IN_BRACKETS,
  "\u250c": [JULIA],
  "-": [LOGGER_IN_DASHES, SIGN],
  ">": [QUOTE, SOURCE, SIGN],
  ":": [SIGN],
  "|": [SIGN],
  "{": [LINE_IN_BRACES],
  "(": [SOURCE_IN_PARENTHESES, WORKER],
  "#": [ESCAPED],
  "<": [SOURCE],
  ".": [SOURCE, LOGGER],
};
const WITH_DIGIT: readonly RegExp[] = [STAMP, STAMP_IN_WORDS, THREAD, SOURCE, LOGGER];
const WITH_CAPITAL: readonly RegExp[] = [
  CHAIN,
  GLOG,
  KALDI,
  TAG_AND_STAMP,
  LEVEL_NAME,
  LEVEL_LETTER,
  STAMP_IN_WORDS,
  SOURCE,
  LOGGER,
  MODULE,
  JVM_CLASS,
];
const NAMED: readonly RegExp[] = [CHAIN, SOURCE, LOGGER, MODULE];
const LOGGED: readonly RegExp[] = [LOGGER];
const WITH_FIELDS: readonly RegExp[] = [FIELDS];
const NONE: readonly RegExp[] = [];

/** The pieces that this text can begin with, in the order in which they are tried. */
function piecesOf(rest: string): readonly RegExp[] {
  const code = rest.charCodeAt(0);
  if (code >= 0x30 && code <= 0x39) return WITH_DIGIT;
  if (code >= 0x41 && code <= 0x5a) return WITH_CAPITAL;
  if ((code >= 0x61 && code <= 0x7a) || code === UNDERSCORE) {
    if (/^(?:t|ts|time|level|lvl)=/.test(rest)) return WITH_FIELDS;
    // Most text begins with a word, and with nothing of a logger.
    if (rest.includes(" - ") || code === C) return NAMED;
    return LEVELS.includes(rest.charAt(rest.indexOf(" ") + 1)) ? LOGGED : NONE;
  }
  return WITH_MARK[rest.charAt(0)] ?? NONE;
}

const [UNDERSCORE, C] = [0x5f, 0x63];

/** What levels begin with. */
const LEVELS = "TDINSWECF";

/** Of pieces in front, those that end with a level. */
const WITH_LEVEL = new RegExp(String.raw`\b${LEVEL}\b ?\]?:?$`);

/** The longest prefix there is; more pieces than this are a message. */
const MOST_PIECES = 12;

/**
 * The message of a log line: without time stamp, level, rank, logger name and source location in front. A line that has
 * none of them keeps the blanks in front of it.
 */
export function messageOf(text: string): string {
  const end = prefixEnd(text, false);
  return end === 0 ? text : text.slice(end).trimStart();
}

/** The message with the blanks and the bar in front of it, so that its columns stand where they did. */
export function tableText(text: string): string {
  return text.slice(prefixEnd(text, true));
}

/** Index behind the prefix. A bar is a piece of it unless it may begin a table. */
function prefixEnd(text: string, keepBar: boolean): number {
  let end = 0;
  let rest = text.trimStart();
  let before = "";
  for (let count = 0; count < MOST_PIECES; count += 1) {
    const found = keepBar && rest.startsWith("|") ? 0 : pieceLength(rest, before);
    if (found === 0 || isSplitBracket(rest, found)) break;
    end = text.length - rest.length + found;
    before = rest.slice(0, found);
    rest = rest.slice(found).trimStart();
  }
  return end;
}

function pieceLength(rest: string, before: string): number {
  for (const piece of piecesOf(rest)) {
    const length = piece.exec(rest)?.[0].length ?? 0;
    if (length > 0) return length;
  }
  return WITH_LEVEL.test(before) ? (MODULE_BEHIND_LEVEL.exec(rest)?.[0].length ?? 0) : 0;
}

/** `[train] loss=0.5`: the bracket says which data the numbers are about. */
function isSplitBracket(rest: string, length: number): boolean {
  return /^\[(?:train(?:ing)?|val(?:id|idation)?|test(?:ing)?|eval(?:uation)?|dev)\]$/i.test(rest.slice(0, length));
}
