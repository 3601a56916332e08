import type { SharedThings } from "../model/probe.ts";

interface Entry {
  readonly thing: unknown;
  users: number;
}

/** Nothing is open yet. One key always stands for one kind of thing. */
export function createSharedThings(): SharedThings {
  const entries = new Map<string, Entry>();
  return {
    take<Thing>(key: string, open: () => Thing, close: (thing: Thing) => void) {
      const entry = entries.get(key) ?? { thing: open(), users: 0 };
      entries.set(key, entry);
      entry.users += 1;
      const thing = entry.thing as Thing;
      let released = false;
      return {
        thing,
        release() {
          if (released) return;
          released = true;
          entry.users -= 1;
          if (entry.users > 0) return;
          entries.delete(key);
          close(thing);
        },
      };
    },
  };
}
