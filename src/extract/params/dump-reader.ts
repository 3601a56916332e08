import { messageOf } from "../log-prefix.ts";
import { closingEnd, entriesOf, type FoundParam } from "./printed-values.ts";
import { isKnownSetting, isSettingsHeader, isSettingsTitle, SETTINGS_CALL } from "./setting-words.ts";
import { createSettingsBlock, type SettingsBlock } from "./settings-block.ts";
import { settingsRow, type SettingsRow } from "./settings-row.ts";

/** A dump of settings, and where in the output it stands. */
export interface Dump {
  readonly params: readonly FoundParam[];
  /** Offset of the first byte of its first line. */
  readonly from: number;
  /** Offset behind its last line. */
  readonly to: number;
}

/** Reads the lines of one stream and finds the dumps of settings in them. */
export interface DumpReader {
  /** `from` and `to` are the offsets of the line's first byte and behind its last. */
  read(text: string, from: number, to: number): void;
  /** No more lines come. */
  end(): void;
  readonly dumps: readonly Dump[];
}

/** An object over several lines that is longer than this is no dump of settings. */
const LONGEST_OBJECT = 32 * 1024;

const RULE = /^[\s\-=*_+|#~\u2500-\u257f]*$/;

/** A call or an object that is not closed yet. */
interface OpenObject {
  text: string;
  readonly start: number;
  readonly from: number;
  readonly isTitled: boolean;
  /** The row of the open block whose value it is. */
  readonly row?: SettingsRow;
}

interface OpenBlock {
  readonly block: SettingsBlock;
  readonly from: number;
  to: number;
}

export function createDumpReader(): DumpReader {
  const dumps: Dump[] = [];
  let object: OpenObject | undefined;
  let open: OpenBlock | undefined;
  let isTitled = false;

  function endBlock(): void {
    if (open !== undefined) keep(open.block.params, open.from, open.to);
    open = undefined;
  }

  function keep(params: readonly FoundParam[], from: number, to: number): void {
    if (params.length > 0) dumps.push({ params, from, to });
  }

  /** Goes on with an object, or begins one; `false` where the line has none. */
  function readObject(message: string, from: number, to: number): boolean {
    if (object !== undefined) object.text += `\n${message}`;
    else object = objectIn(message, from, isTitled);
    if (object === undefined) return false;
    const mayEnd = object.text.length <= LONGEST_OBJECT && /[)\]}]/.test(message);
    const end = mayEnd ? closingEnd(object.text, object.start) : undefined;
    if (end === undefined) {
      if (object.text.length > LONGEST_OBJECT) object = undefined;
      return true;
    }
    const { row, text, start } = object;
    if (row !== undefined && open !== undefined) {
      open.block.add({ ...row, value: text.slice(start, end) });
      open.to = to;
      object = undefined;
      return true;
    }
    const params = entriesOf(text.slice(start + 1, end - 1));
    if (object.isTitled || params.some(([name]) => isKnownSetting(name))) keep(params, object.from, to);
    object = undefined;
    isTitled = false;
    return true;
  }

  return {
    dumps,
    read(text, from, to) {
      const message = messageOf(text);
      if (object !== undefined || /[({]\s*$|[({]\s*["'\w]/.test(message)) {
        const isRow = object?.row !== undefined;
        if (readObject(message, from, to)) {
          if (!isRow) endBlock();
          return;
        }
      }
      const inline = open === undefined ? inlineParams(message) : [];
      if (inline.length > 0) return keep(inline, from, to);
      if (RULE.test(message)) return;
      if (isSettingsHeader(message)) {
        endBlock();
        isTitled = true;
        return;
      }
      const row = settingsRow(message, isTitled);
      if (row?.value === undefined && isSettingsTitle(message)) {
        endBlock();
        isTitled = true;
        return;
      }
      if (row === undefined) {
        endBlock();
        isTitled = false;
        return;
      }
      open ??= { block: createSettingsBlock(isTitled), from, to };
      open.to = to;
      const { value } = row;
      if (value !== undefined && /^[{[(]/.test(value) && closingEnd(value, 0) === undefined) {
        object = { text: value, start: 0, from, isTitled, row };
        return;
      }
      open.block.add(row);
    },
    end: endBlock,
  };
}

/** `Namespace(…`, `config: {…`, or an object that a line begins with. */
function objectIn(message: string, from: number, isTitled: boolean): OpenObject | undefined {
  const call = SETTINGS_CALL.exec(message);
  if (call !== null) return { text: message, start: call.index + call[0].length - 1, from, isTitled: true };
  const start = message.indexOf("{");
  if (start === -1) return undefined;
  const lead = message.slice(0, start);
  if (lead.trim() === "") return { text: message, start, from, isTitled };
  return isSettingsTitle(lead) && /[:=]\s*$|\bis\s*$/.test(lead)
    ? { text: message, start, from, isTitled: true }
    : undefined;
}

/** `Hyperparameters: lr=0.001, batch_size=64`. */
function inlineParams(message: string): FoundParam[] {
  const [, lead = "", rest = ""] = /^([^:={]{3,60})[:=] ?(\S.{0,2000})$/.exec(message) ?? [];
  if (rest === "" || !isSettingsTitle(lead) || !/^["']?[\p{L}_][\p{L}\p{N}_.-]{0,60}["']? ?[=:]/u.test(rest)) return [];
  const words = rest.split(" ");
  // `lr=0.001 batch_size=64`
  const isSpaced = words.length > 1 && words.every((word) => /^[\w.-]{1,60}=[^,]+$/.test(word));
  const params = entriesOf(isSpaced ? words.join(",") : rest);
  return params.length > 1 ? params : [];
}
