import { NOTHING, shapedDialect } from "../reading.ts";

// Source code that is echoed, errors, and lists of settings. They have numbers beside names that look like metrics.
const PATTERNS: readonly RegExp[] = [
  // bash -x, pytest's marks, doctest, diff
  /^\++ \S/,
  /^(?:E|>) {3,}[^\s#]/,
  /^>>> /,
  /^@@ .* @@/,
  // ValueError: … · torch.cuda.OutOfMemoryError: … · file.py:12: UserWarning: …
  /\w(?:Error|Exception|Warning): (?![-+.]?\d|nan|inf)/,
  // settings
  /^.{0,40}\b(?:[Cc]onfig(?:uration)?|[Aa]rg(?:ument)?s|[Hh](?:yper)?-?[Pp]aram(?:eter)?s|[Ss]ettings|[Oo]ptions|[Nn]amespace)\b ?(?:[:=({]|loaded)/,
  /\bmsg="[^"]{0,80}\b(?:config|configuration|settings|args|arguments|hparams)\b/i,
  // a value that was printed before: Better model found at epoch 1 with loss: 0.31
  /^(?:(?:found )?(?:a )?(?:new best|better)|early stopping)\b/i,
  /\bnew best [\w ]{1,20}[:=]/i,
  // a dotted leader: --lr .......... 0.001
  /^\s*\S{1,100} \.{4,} ?\S/,
];

/** A log prefix that says that something is wrong: `[Warning] no splits with positive gain, best gain: -inf`. */
const COMPLAINT =
  /^.{0,60}(?:\[(?:[Ww]arning|[Ee]rror|[Cc]ritical|[Ff]atal)\]|\b(?:WARNING|ERROR|CRITICAL|FATAL)\b[ :\]|-])/;
const SAYS_WHERE = /\b(?:step|epoch|iter(?:ation)?)\b/i;

const FRAME = /^ *File "[^"]*", line \d+/;

interface TracebackState {
  insideTraceback: boolean;
}

/** Takes the lines that look like metrics and are none, so that no other dialect reads them. */
export const notMetrics = shapedDialect<TracebackState>({
  id: "not-metrics",
  createState: () => ({ insideTraceback: false }),
  memory: {
    get: (state) => Number(state.insideTraceback),
    set: (state, memory) => {
      state.insideTraceback = memory !== 0;
    },
  },
  read(text, state, whole = text) {
    if (text.includes('File "') && FRAME.test(text)) {
      state.insideTraceback = true;
      return NOTHING;
    }
    // The frame's source line is indented by four; what comes after the last frame is not.
    const echoed = state.insideTraceback && text.startsWith("    ");
    state.insideTraceback = echoed;
    if (echoed) return NOTHING;
    if (COMPLAINT.test(whole) && !SAYS_WHERE.test(text)) return NOTHING;
    return PATTERNS.some((pattern) => pattern.test(text)) ? NOTHING : undefined;
  },
});
