import { NOTHING, shapedDialect } from "../reading.ts";

// Source code that is echoed, errors, and lists of settings. They have numbers beside names that look like metrics.
const PATTERNS: readonly RegExp[] = [
  // bash -x, pytest's marks, doctest, diff
  /^\++ \S/,
  /^(?:E|>) {3,}\S/,
  /^>>> /,
  /^@@ .* @@/,
  // ValueError: … · torch.cuda.OutOfMemoryError: … · file.py:12: UserWarning: …
  /\w(?:Error|Exception|Warning): (?![-+.]?\d|nan|inf)/,
  // settings
  /^.{0,40}\b(?:[Cc]onfig(?:uration)?|[Aa]rg(?:ument)?s|[Hh](?:yper)?-?[Pp]aram(?:eter)?s|[Ss]ettings|[Oo]ptions|[Nn]amespace)\b ?(?:[:=({]|loaded)/,
  /\bmsg="[^"]{0,80}\b(?:config|configuration|settings|args|arguments|hparams)\b/i,
  // a dotted leader: --lr .......... 0.001
  / \.{4,} ?\S/,
];

const FRAME = /^ *File "[^"]*", line \d+/;

interface TracebackState {
  insideTraceback: boolean;
}

/** Takes the lines that look like metrics and are none, so that no other dialect reads them. */
export const notMetrics = shapedDialect<TracebackState>({
  id: "not-metrics",
  createState: () => ({ insideTraceback: false }),
  memory: {
    get: (state) => state.insideTraceback,
    set: (state, value) => {
      state.insideTraceback = value;
    },
  },
  read(text, state) {
    if (text.includes('File "') && FRAME.test(text)) {
      state.insideTraceback = true;
      return NOTHING;
    }
    // The frame's source line is indented by four; what comes after the last frame is not.
    const echoed = state.insideTraceback && text.startsWith("    ");
    state.insideTraceback = echoed;
    if (echoed) return NOTHING;
    return PATTERNS.some((pattern) => pattern.test(text)) ? NOTHING : undefined;
  },
});
