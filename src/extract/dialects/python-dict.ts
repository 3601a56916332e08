import type { Dialect } from "../../model/extract.ts";
import { createNameBook, type NameBook } from "../name-book.ts";
import { entriesOf, objectAtEnd } from "../objects.ts";

/** A printed Python dict: `{'loss': 0.5, 'epoch': 1.0}`, with numbers in quotes, numpy scalars and tensors. */
export const pythonDict: Dialect<NameBook> = {
  id: "python-dict",
  createState: createNameBook,
  extract({ text }, names) {
    if (!text.includes("{") || !/\{\s*['\d]/.test(text)) return undefined;
    const object = objectAtEnd(text);
    return object === undefined ? undefined : entriesOf(object.fields, names);
  },
};
