import { expect, test } from "vitest";
import { runAsMarkdown } from "../../src/terminal/markdown.ts";
import { FULL_RUN } from "./literals.ts";

test("the page of a job has the verdict, with what is the run's as text", () => {
  const findings = [{ id: "loss-not-finite", sentence: "a_*loss* is nan", advice: "go on from a checkpoint" }];
  const page = runAsMarkdown({ ...FULL_RUN, findings }, { unseen: [], failed: [] });
  expect(page).toContain("\n- a\\_\\*loss\\* is nan → go on from a checkpoint\n");
  expect(runAsMarkdown(FULL_RUN, { unseen: [], failed: [] })).not.toContain("→");
});
