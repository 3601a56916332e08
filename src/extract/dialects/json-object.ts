import type { Dialect } from "../../model/extract.ts";
import { entriesOf, objectAtEnd } from "../objects.ts";

/**
 * One JSON object per line, as structured loggers and `json.dumps` print it: `{"step": 10, "train": {"loss": 0.5}}` is
 * `train/loss`. NaN and Infinity are read although JSON does not have them, since Python writes them.
 */
export const jsonObject: Dialect<undefined> = {
  id: "json-object",
  createState: () => undefined,
  extract({ text }) {
    if (!/\{\s*"/.test(text)) return undefined;
    const object = objectAtEnd(text);
    return object === undefined ? undefined : entriesOf(object.fields);
  },
};
