const SUFFIX_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz".split("");
const SUFFIX_LENGTH = 4;

const ADJECTIVES =
  "amber brave bright brisk calm clever cosmic crisp daring eager fabled gentle golden happy hidden humble keen " +
  "lively lucky mellow misty nimble noble patient polite proud quick quiet rapid silver smooth solar steady sunny " +
  "swift tidy vivid warm wise witty";

const NOUNS =
  "badger beaver cedar comet coral crane dune eagle ember falcon fern finch fjord fox gecko glade hare heron ibis " +
  "jackal kestrel koala lark lemur lynx maple marten meadow newt orca otter panda pine plover raven reef robin " +
  "seal sparrow tern tiger walrus wren yak";

/**
 * An id such as `20261122-201530-k3f9`: the second in UTC, so that ids sort by time also over a change to summer time,
 * and four random letters or digits (no i, l, o, u: they are mistaken for others).
 * @param random numbers from 0 up to 1, as `Math.random` gives them
 */
export function newRunId(now: Date, random: () => number): string {
  const [date = "", time = ""] = now.toISOString().split("T");
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => pick(SUFFIX_LETTERS, random)).join("");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${suffix}`;
}

/** A name such as `brisk-otter-42` for a run that was given none. Not unique. */
export function newRunName(random: () => number): string {
  return `${pick(ADJECTIVES.split(" "), random)}-${pick(NOUNS.split(" "), random)}-${10 + Math.floor(random() * 90)}`;
}

/** The second an id says, in milliseconds since the epoch; `undefined` where it is no id of ours. */
export function startedOf(id: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(id);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function pick(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? "";
}
