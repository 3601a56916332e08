import type { Dialect } from "../../model/extract.ts";
import { createNameBook, type NameBook } from "../name-book.ts";
import { entriesOf, objectAtEnd } from "../objects.ts";

/**
 * One JSON object per line, as structured loggers and `json.dumps` print it: `{"step": 10, "train": {"loss": 0.5}}` is
 * `train/loss`. NaN and Infinity are read although JSON does not have them, since Python writes them.
 */
export const jsonObject: Dialect<NameBook> = {
  id: "json-object",
  createState: createNameBook,
  extract({ text }, names) {
    if (!text.includes("{") || !/\{\s*"/.test(text)) return undefined;
    const object = objectAtEnd(text);
    return object === undefined ? undefined : entriesOf(object.fields, names);
  },
};
