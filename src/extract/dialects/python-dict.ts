import type { Dialect } from "../../model/extract.ts";
import { entriesOf, objectAtEnd } from "../objects.ts";

/** A printed Python dict: `{'loss': 0.5, 'epoch': 1.0}`, with numbers in quotes, numpy scalars and tensors. */
export const pythonDict: Dialect<undefined> = {
  id: "python-dict",
  createState: () => undefined,
  extract({ text }) {
    if (!/\{\s*['\d]/.test(text)) return undefined;
    const object = objectAtEnd(text);
    return object === undefined ? undefined : entriesOf(object.fields);
  },
};
