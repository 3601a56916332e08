import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { html } from "../../src/report/html.ts";
import { visible } from "../../src/report/visible.ts";

/** Lone surrogates are in it too. */
const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));

describe("text of a run", () => {
  test("is text in markup, whatever it has in it", () => {
    expect(html`<p title="${`"'`}">${"</p><script>alert(1)</script>&amp;"}</p>`.text).toBe(
      '<p title="&quot;&#39;">&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;</p>',
    );
  });

  test("leaves no sign of markup behind", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']/);
      }),
    );
  });

  test.each([
    ["\u001b[31mred", "␛[31mred"],
    ["a\u0000b\u007f", "a␀b␡"],
    ["safe\u202egpj.exe", "safe⟨U+202E⟩gpj.exe"],
    ["\ud800!", "⟨U+D800⟩!"],
    ["\u0085\u2028\ufeff", "⟨U+0085⟩⟨U+2028⟩⟨U+FEFF⟩"],
    ["tab\tand\nnewline", "tab\tand\nnewline"],
    ["héllo 🚀 日本", "héllo 🚀 日本"],
  ])("shows what cannot be seen: %j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test("can always be written as UTF-8", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(Buffer.from(visible(text)).toString()).toBe(visible(text));
      }),
    );
  });
});
