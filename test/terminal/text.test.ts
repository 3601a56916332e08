import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printable, shellCommand } from "../../src/terminal/printable.ts";
import { unitOf } from "../../src/model/units.ts";
import { clip, padded, textWidth } from "../../src/terminal/width.ts";

describe("text of others", () => {
  test("cannot move the cursor, recolour the screen or begin a line", () => {
    expect(printable("a\u001b[31mb\r\nc\u009bd\u2028e\u202ef")).toBe("a [31mb c d e f");
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !/\p{Cc}/u.test(printable(text))));
  });

  test("a command is quoted as a shell wants it", () => {
    expect(shellCommand(["python", "t.py", "", "a b", "it's", "--lr=3e-4"])).toBe(
      `python t.py '' 'a b' 'it'\\''s' --lr=3e-4`,
    );
  });
});

describe("width", () => {
  test("counts wide letters twice and combining marks not at all", () => {
    expect(textWidth("abc")).toBe(3);
    expect(textWidth("損失")).toBe(4);
    expect(textWidth("e\u0301")).toBe(1);
    expect(padded("損", 4)).toBe("損  ");
  });

  test("cuts with an ellipsis, and never leaves more than there is room for", () => {
    expect(clip("validation", 6)).toBe("valid…");
    expect(clip("valid", 5)).toBe("valid");
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 20 }),
        (text, width) => textWidth(clip(text, width)) <= width,
      ),
    );
  });
});

test.each([
  ["cpu_percent", "percent"],
  ["cpu_core_0_percent", "percent"],
  ["gpu_0_utilization", "percent"],
  ["gpu_0_memory_used", "bytes"],
  ["gpu_0_temperature", "celsius"],
  ["gpu_1_power", "watts"],
  ["memory_available", "bytes"],
  ["disk_read_bytes", "bytes"],
  ["network_bytes_sent", "bytes"],
  ["network_packets_sent", "count"],
  ["workload_memory_rss", "bytes"],
  ["load_average_5m", "load"],
  ["system_uptime_hours", "hours"],
  ["process_count_running", "count"],
])("%s is in %s", (key, unit) => expect(unitOf(key)).toBe(unit));
