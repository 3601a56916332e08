import { type LiteralMap, parseCall } from "./literals.ts";

/** Results that are printed as what makes them: `TrainOutput(global_step=40, training_loss=0.5, metrics={'acc': 0.75})` */
const RESULT_CALL =
  /(?<![\w.])(?:[A-Z]\w{0,40})?(?:Outputs?|Results?|Metrics|Scores?|Losses|Stats|Summary)\((?=[A-Za-z_]\w{0,60}=)/;

/** Where such a call begins; -1 where none does. */
export function startOfResult(text: string): number {
  return text.includes("(") ? text.search(RESULT_CALL) : -1;
}

/** Reads the call that begins at `start` and reaches the end, without the name of an object of metrics in it. */
export function parseResult(text: string, start: number): LiteralMap | undefined {
  const fields = parseCall(text, start);
  const metrics = fields?.get("metrics");
  return metrics instanceof Map
    ? new Map([...(fields ?? []), ...(metrics as LiteralMap)].filter(([name]) => name !== "metrics"))
    : fields;
}
