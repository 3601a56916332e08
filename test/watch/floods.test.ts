import { expect, test } from "vitest";
import { Floods } from "../../src/watch/floods.ts";

test("a rule that speaks too often is heard twenty times, is said to be one, and is heard again later", () => {
  const floods = new Floods();
  const heard = Array.from({ length: 23 }, (_, index) => floods.see("a", index));
  expect(heard.filter((one) => one === undefined)).toHaveLength(20);
  expect(heard.slice(20)).toEqual(["first", "more", "more"]);
  expect(floods.see("b", 30)).toBeUndefined();
  expect([floods.see("a", 15_100), floods.see("a", 15_200)]).toEqual([undefined, "first"]);
});
