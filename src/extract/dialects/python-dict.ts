import { createNameBook, type NameBook } from "../names/name-book.ts";
import { isBehindLead, objectAtEnd, readingOf } from "../objects/objects.ts";
import { startOfResult } from "../objects/result-calls.ts";
import { shapedDialect } from "../reading.ts";

/** A brace, a dict's call or a list of pairs, and its first key. */
const OPENING = /\{\s*(?:['\d]|[A-Za-z_]\w{0,60}: )|ict\(\[\(\s*['"]|\[\('/;

/**
 * A printed Python dict: `{'loss': 0.5, 'epoch': 1.0}`, with numbers in quotes, numpy scalars and tensors; and a JavaScript
 * object: `{ loss: 0.5, acc: 0.9 }`; and results as the call that makes them: `EvalResult(loss=0.5, acc=0.9)`.
 */
export const pythonDict = shapedDialect<NameBook>({
  id: "python-dict",
  createState: (names = createNameBook()) => names,
  isElastic: (text) => !isBehindLead(text),
  read(text, names) {
    if (!OPENING.test(text) && startOfResult(text) === -1) return undefined;
    const object = objectAtEnd(text, names);
    return object === undefined ? undefined : readingOf(text, object, names);
  },
});
