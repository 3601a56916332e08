import type { AlertRule } from "../model/alert.ts";

/** What a system rule of tracelet's own looks at instead, where a container limits it. */
const IN_CONTAINER: Readonly<Record<string, string>> = {
  cpu_percent: "container_cpu_percent",
  memory_percent: "container_memory_percent",
};

/**
 * Whether keys are what a rule's metric says: the key itself; `gpu_0_utilization`, `gpu_1_utilization` … for
 * `gpu_utilization`, MIG devices too; or all that a glob matches, with `*`, `?` and `[ab]`.
 */
export function matcherOf(metric: string): (key: string) => boolean {
  if (!/[*?[]/.test(metric)) return (key) => key === metric || deviceless(key) === metric;
  const glob = globOf(metric);
  return (key) => glob.test(key) || glob.test(deviceless(key));
}

/**
 * The key that a rule is to look at in place of another, or nothing where it is the rule's business as it is. Tracelet's
 * own rules for the machine are about the container where it has limits.
 */
export function containerKey(rule: AlertRule): string | undefined {
  return rule.builtIn === true ? IN_CONTAINER[rule.metric] : undefined;
}

/** Whether one rule of the user's takes the place of one of tracelet's own, for a series of both. */
export function isSameTopic(own: AlertRule, builtIn: AlertRule): boolean {
  return own.off === true || topicOf(own) === topicOf(builtIn);
}

function topicOf({ condition }: AlertRule): string {
  return condition.kind === "outside" ? "level" : condition.kind;
}

function deviceless(key: string): string {
  return key.startsWith("gpu_") ? key.replace(/^gpu_\d+_(mig_\d+_)?/, "gpu_") : key;
}

function globOf(pattern: string): RegExp {
  const source = pattern.replace(/\[[^\]]+\]|[^\w]/g, (part) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    return part.length > 1 ? `[${part.slice(1, -1).replace(/[\\\]^]/g, "\\$&")}]` : `\\${part}`;
  });
  return new RegExp(`^${source}$`, "su");
}
