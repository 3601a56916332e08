import { describe, expect, test } from "vitest";
import { type OwnStreams, planStreams, type StreamPlan } from "../../src/run/stream-plan.ts";

const HERE = 34816;
const THERE = 34817;

type Row = [string, OwnStreams["terminals"], StreamPlan["stdout"], StreamPlan["stderr"], boolean];

describe("with --pty auto", () => {
  test.each<Row>([
    ["all one terminal", { stdin: HERE, stdout: HERE, stderr: HERE }, "terminal", "with stdout", true],
    ["no stdin", { stdout: HERE, stderr: HERE }, "terminal", "with stdout", false],
    ["stdout elsewhere", { stdin: HERE, stderr: HERE }, "pipe", "terminal", false],
    ["stderr elsewhere", { stdin: HERE, stdout: HERE }, "terminal", "pipe", true],
    ["stdin alone", { stdin: HERE }, "pipe", "pipe", false],
    ["stdout alone", { stdout: HERE }, "terminal", "pipe", false],
    ["stderr alone", { stderr: HERE }, "pipe", "terminal", false],
    ["none", {}, "pipe", "pipe", false],
    ["stderr another terminal", { stdin: HERE, stdout: HERE, stderr: THERE }, "terminal", "terminal", true],
    ["stdout another terminal", { stdin: HERE, stdout: THERE, stderr: HERE }, "terminal", "terminal", false],
    ["both another terminal", { stdin: HERE, stdout: THERE, stderr: THERE }, "terminal", "with stdout", false],
  ])("%s", (_, terminals, stdout, stderr, isInteractive) => {
    expect(planStreams("auto", { terminals, arePipesOnly: false })).toEqual({ stdout, stderr, isInteractive });
  });
});

const ALL = { stdin: HERE, stdout: HERE, stderr: HERE };
const PIPES: StreamPlan = { stdout: "pipe", stderr: "pipe", isInteractive: false };

test("with --pty never there are pipes", () => {
  expect(planStreams("never", { terminals: ALL, arePipesOnly: false })).toEqual(PIPES);
});

test("where pseudo-terminals cannot be had there are pipes, also with --pty always", () => {
  expect(planStreams("always", { terminals: ALL, arePipesOnly: true })).toEqual(PIPES);
});

describe("with --pty always", () => {
  test.each<[string, OwnStreams["terminals"], StreamPlan["stderr"], boolean]>([
    ["all one terminal", ALL, "with stdout", true],
    ["none", {}, "terminal", false],
    ["stdin alone", { stdin: HERE }, "terminal", false],
    ["stderr elsewhere", { stdin: HERE, stdout: HERE }, "terminal", true],
  ])("%s", (_, terminals, stderr, isInteractive) => {
    const plan = planStreams("always", { terminals, arePipesOnly: false });
    expect(plan).toEqual({ stdout: "terminal", stderr, isInteractive });
  });
});
