import { isLegalKey, legalKey } from "./mlflow-rules.ts";

/** Which name each key of one kind (metrics or params) has in a run. A key never changes its name. */
export interface KeyBook {
  /** Gives names to keys that have none yet, and returns the pairs in which the name is not the key itself. */
  admit(keys: Iterable<string>): [key: string, name: string][];
  /** The name of a key, admitted or not. */
  nameOf(key: string): string;
}

/**
 * Legal keys are their own names; others get the nearest legal one, and where that is taken by another key, a number
 * behind it: `acc@1` is `acc_1`, and if there is an `acc_1` already, `acc_1_2`.
 *
 * @param renamed the pairs that earlier sessions gave
 * @param existing the names the run has on the server
 */
export function createKeyBook(renamed: Iterable<[key: string, name: string]>, existing: Iterable<string>): KeyBook {
  const names = new Map(renamed);
  const taken = new Set(names.values());
  for (const name of existing) {
    if (taken.has(name)) continue;
    taken.add(name);
    names.set(name, name);
  }

  function name(key: string): string {
    const wanted = legalKey(key);
    let free = wanted;
    for (let count = 2; taken.has(free); count++) free = `${wanted}_${count}`;
    taken.add(free);
    names.set(key, free);
    return free;
  }

  return {
    admit(keys) {
      const fresh = [...new Set(keys)].filter((key) => !names.has(key));
      // Those that can keep their names choose first.
      const ordered = [...fresh.filter(isLegalKey), ...fresh.filter((key) => !isLegalKey(key))];
      return ordered.map((key): [string, string] => [key, name(key)]).filter(([key, given]) => key !== given);
    },
    nameOf: (key) => names.get(key) ?? name(key),
  };
}
