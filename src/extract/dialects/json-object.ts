import { createNameBook, type NameBook } from "../names/name-book.ts";
import { isBehindLead, listedValues, objectAtEnd, readingOf } from "../objects/objects.ts";
import { shapedDialect } from "../reading.ts";

/**
 * One JSON object per line, as structured loggers and `json.dumps` print it: `{"step": 10, "train": {"loss": 0.5}}` is
 * `train/loss`. NaN and Infinity are read although JSON does not have them, since Python writes them.
 */
export const jsonObject = shapedDialect<NameBook>({
  id: "json-object",
  createState: (names = createNameBook()) => names,
  isElastic: (text) => !isBehindLead(text),
  read(text, names) {
    if (!text.includes("{") || !/\{\s*"/.test(text)) return undefined;
    const object = objectAtEnd(text, names);
    if (object === undefined && text.includes('"value"')) return listedValues(text, names);
    return object === undefined ? undefined : readingOf(text, object, names);
  },
});
