import { visible } from "./visible.ts";

/** Markup that is known to be ours. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template: text of anybody's, which becomes text, and markup of ours, which stays. */
export type Content = string | number | Html | undefined | false | readonly Content[];

/** Markup with values in it. Whatever is no `Html` is text: it is escaped, and what cannot be seen in it is shown. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += contentText(value) + (parts[index + 1] ?? "");
  return new Html(text);
}

/** Nothing. */
export const NOTHING = new Html("");

function contentText(value: Content): string {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === false) return "";
  if (typeof value === "object") return value.map(contentText).join("");
  return escaped(visible(String(value)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
