import { FAILURES } from "../names/name-vocabulary.ts";
import { NOTHING, shapedDialect } from "../reading.ts";

interface Look {
  /** A line has one of these texts when the pattern fits; they are found many times quicker. */
  readonly has?: readonly string[];
  /** The characters that such a line may begin with. */
  readonly first?: string;
  readonly pattern: RegExp;
}

// Source code that is echoed, errors, and lists of settings. They have numbers beside names that look like metrics.
const LOOKS: readonly Look[] = [
  // bash -x, pytest's marks, doctest, diff
  { first: "+", pattern: /^\++ \S/ },
  // a shell's prompt
  { first: "$", pattern: /^\$ \S/ },
  { first: "E>", pattern: /^(?:E|>) {3,}[^\s#]/ },
  { first: ">", pattern: /^>>> / },
  { first: "@", pattern: /^@@ .* @@/ },
  // ValueError: … · torch.cuda.OutOfMemoryError: … · file.py:12: UserWarning: …
  { has: ["Error: ", "Exception: ", "Warning: "], pattern: /\w(?:Error|Exception|Warning): (?![-+.]?\d|nan|inf)/ },
  // AssertionError: 1.5 not greater than 1.6
  { has: ["Error: "], pattern: new RegExp(`^(?:${FAILURES.join("|")}): `) },
  // settings
  {
    has: ["onfig", "rgs", "rguments", "aram", "ettings", "ptions", "amespace"],
    pattern:
      /^.{0,40}\b(?:[Cc]onfig(?:uration)?|[Aa]rg(?:ument)?s|[Hh](?:yper)?-?[Pp]aram(?:eter)?s|[Ss]ettings|[Oo]ptions|[Nn]amespace)\b ?(?:[:=({]|loaded)/,
  },
  // tol_obj = 1e-12 (Default)
  { has: ["efault"], pattern: /[:=] ?\S{1,40} \([Dd]efault\)$/ },
  // amp=False, angle=1.0, augment=False, box=7.5, cache=False
  { has: ["=True", "=False", "=None"], pattern: /(?:=(?:True|False|None)\b.*){4}/ },
  // [yolo] params: iou loss: ciou (4), iou_norm: 0.07
  { has: ["arams: ", "arameters: "], pattern: /^[^\d:=]{0,30}\b[Pp]aram(?:eter)?s: [A-Za-z]/ },
  // Created loss with weights: CE=1.0, Dice=1.0
  { has: ["eights: ", "eights -"], pattern: /\b[Ww]eights(?: -+>|:) \w{1,40}[=:] ?\d/ },
  { has: ['="'], pattern: /\bmsg="[^"]{0,80}\b(?:config|configuration|settings|args|arguments|hparams)\b/i },
  // an image's build: Step 2/12 : RUN pip install
  { has: [" : "], pattern: /^Step \d+\/\d+ : [A-Z]{3,} / },
  // a compiler's command
  { has: [" -"], pattern: /(?:^|[\s/])(?:nvcc|gcc|g\+\+|c\+\+|clang(?:\+\+)?|cc)(?:-\d+)? (?:.* )?-[A-Za-z]/ },
  // a value that was printed before: Better model found at epoch 1 with loss: 0.31
  { first: "fFaAnNbBeE", pattern: /^(?:(?:found )?(?:a )?(?:new best|better)|early stopping)\b/i },
  { has: ["sav", "Sav"], pattern: /^[^\p{L}]{0,8}[Ss]av(?:ed|e|ing)\b.*\bbest\b/u },
  // => loaded checkpoint 'best.pth' (epoch 12, best_acc1 76.12) · Resuming from epoch 12 with best loss 0.31
  {
    has: ["oad", "esum", "estor"],
    pattern:
      /^[^\p{L}\d]{0,8}(?:[Ll]oad(?:ed|ing)|[Rr]esum(?:ed|ing)|[Rr]estor(?:ed|ing))\b(?=.*\b(?:epoch|step|iteration|best)\b)/u,
  },
  // times of the parts of a step: time (ms) | forward: 123.45 | backward: 234.56
  {
    has: ["time", "memory"],
    pattern: /^[^\p{L}]{0,8}(?:[\w =]{0,20}\b)?(?:times?|memory)\b[\w ]{0,20}\((?:m?s|secs?|[MG]i?B)\) ?[|:] ?\p{L}/u,
  },
  { has: ["est ", "EST "], pattern: /^.{0,40}\b(?:[Nn]ew [Bb]est|NEW BEST) [\w ]{1,20}[:=]/ },
  // an encoder's progress: frame=  100 fps= 25 q=28.0 bitrate= 524.3kbits/s speed=1.01x
  { has: ["bitrate="], pattern: /\bbitrate=/ },
  // a file of settings with its remarks: lr: 0.03   # of the paper
  { has: ["  # "], pattern: /^\s{0,40}[A-Za-z_][\w.-]{0,60} ?[:=] ?[^#]{1,200} {2}# \S/ },
  // a dotted leader: --lr .......... 0.001
  { has: [" ...."], pattern: /^\s*\S{1,100} \.{4,}(?!\.) ?(?![A-Za-z_]\w{0,40}: )\S/ },
];

/** A log prefix that says that something is wrong: `[Warning] no splits with positive gain, best gain: -inf`. */
const COMPLAINT =
  /^.{0,60}(?:\[(?:[Ww]arning|[Ee]rror|[Cc]ritical|[Ff]atal)\]|\b(?:WARNING|ERROR|CRITICAL|FATAL)\b[ :\]|-])/;
const COMPLAINTS = ["[Warning]", "[warning]", "WARN", "rror]", "ERROR", "ritical]", "CRITICAL", "atal]", "FATAL"];
const SAYS_WHERE = /\b(?:step|epoch|iter(?:ation)?)\b/i;

/** Each text that a line has to have, in one pattern: most lines have none of them. */
const MARKS = new RegExp(
  [...COMPLAINTS, ...LOOKS.flatMap(({ has }) => has ?? [])].map((text) => text.replace(/[.[\]|]/g, "\\$&")).join("|"),
);

/** What needs no such text. */
const BEGINNINGS = LOOKS.filter(({ has }) => has === undefined);

/** Of those above, what stands within so many characters of something else, wherever it stands. */
const WITHIN = [
  /\b(?:[Cc]onfig(?:uration)?|[Aa]rg(?:ument)?s|[Hh](?:yper)?-?[Pp]aram(?:eter)?s|[Ss]ettings|[Oo]ptions|[Nn]amespace)\b/,
  /\bmsg="|\bnew best|\w\([\w'"]+=.*,\s*$/i,
  /\[(?:[Ww]arning|[Ee]rror|[Cc]ritical|[Ff]atal)\]|\b(?:WARNING|ERROR|CRITICAL|FATAL)\b/,
];

/** How far the source is indented below a frame of a traceback, and below a warning. */
const [OF_FRAME, OF_WARNING] = [4, 2];

/** In place of an indentation: within the settings of an object. */
const IN_CALL = 1;

const FRAME = /^ *File "[^"]*", line \d+/;

/** A warning with its place: the source line there is echoed below it. */
const WARNED = /^(?!\s)[^:]{1,300}\.py:\d+: \w*Warning: /;

/** The same behind a line that had not ended, and a traceback: `loss: 0.5 /lib/model.py:12: UserWarning: …`. */
const COMPLAINT_BEHIND =
  /(?<=[\])|\d%] {0,2})(?:(?:\/|[A-Z]:\\)[^:]{1,300}\.py:\d+: \w{0,60}Warning: |Traceback \(most recent call last\):)/;

/** Where a warning or a traceback begins behind what was printed before, on its line; -1 where none does. */
export function complaintBehind(text: string): number {
  return text.includes("Warning: ") || text.includes("Traceback (") ? text.search(COMPLAINT_BEHIND) : -1;
}

/** `retrained: Forest(alpha=0.5, depth=3,`: the settings of an object go on below, indented. */
const CALL_BEGINS = /\b\p{Lu}\w{2,80}\((?:[\w'"]{1,80}=[^()]{0,300}(?:\([^()]{0,300}\))?[^()]{0,300}),\s*$/u;
const CALL_GOES_ON = /^ {2,}[\w'"]{1,80}=.*(?:,|\))\s*$/;

interface EchoState {
  /** How far the line is indented that is an echo of source, if it is one; 0 where none can follow. */
  echoIndent: number;
}

/** Takes the lines that look like metrics and are none, so that no other dialect reads them. */
export const notMetrics = shapedDialect<EchoState>({
  id: "not-metrics",
  createState: () => ({ echoIndent: 0 }),
  memory: {
    get: ({ echoIndent }) => echoIndent,
    set: (state, memory) => {
      state.echoIndent = memory;
    },
  },
  isElastic: (_, whole) => !WITHIN.some((pattern) => pattern.test(whole)),
  read(text, state, whole = text) {
    if (text.includes('File "') && FRAME.test(text)) {
      state.echoIndent = OF_FRAME;
      return NOTHING;
    }
    // What comes after the last frame is not indented so far. A warning has one line of source.
    const { echoIndent } = state;
    if (echoIndent === IN_CALL && CALL_GOES_ON.test(text)) {
      if (text.trimEnd().endsWith(")")) state.echoIndent = 0;
      return NOTHING;
    }
    const isEcho =
      echoIndent > IN_CALL && text.startsWith(" ".repeat(echoIndent)) && (echoIndent === OF_FRAME || text[2] !== " ");
    state.echoIndent = isEcho && echoIndent === OF_FRAME ? OF_FRAME : 0;
    if (isEcho) return NOTHING;
    if (text.includes("=") && text.trimEnd().endsWith(",") && CALL_BEGINS.test(text)) {
      state.echoIndent = IN_CALL;
      return NOTHING;
    }
    if (text.includes("Warning: ") && WARNED.test(text)) {
      state.echoIndent = OF_WARNING;
      return NOTHING;
    }
    if (!MARKS.test(whole)) return BEGINNINGS.some((look) => fits(look, text)) ? NOTHING : undefined;
    if (hasOneOf(COMPLAINTS, whole) && COMPLAINT.test(whole) && !SAYS_WHERE.test(text)) return NOTHING;
    return LOOKS.some((look) => fits(look, text)) ? NOTHING : undefined;
  },
});

function fits({ has, first, pattern }: Look, text: string): boolean {
  if (first !== undefined && !first.includes(text.charAt(0))) return false;
  return (has === undefined || hasOneOf(has, text)) && pattern.test(text);
}

function hasOneOf(parts: readonly string[], text: string): boolean {
  for (const part of parts) if (text.includes(part)) return true;
  return false;
}
