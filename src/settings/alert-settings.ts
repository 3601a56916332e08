import { UserError } from "../model/error.ts";
import type { Settings } from "../model/settings.ts";
import { readRules } from "./alert-list.ts";
import { mergeRules } from "./merge.ts";
import { readRequirements } from "./requirement.ts";
import { SETTINGS, specOf } from "./table.ts";
import { type Given, readChoice } from "./values.ts";
import { readWebhook } from "./webhook.ts";

/** What every source says of alerts and checks, the strongest first. */
export interface AlertSources {
  readonly alert: readonly Given[];
  readonly failOn: readonly Given[];
  readonly require: readonly Given[];
  /** The `[webhook]` table of the settings file. */
  readonly webhook: { readonly raw: unknown; readonly label: string } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The settings of alerts and checks. Throws a `UserError` for any mistake in any source. */
export function readAlertSettings(sources: AlertSources): Pick<Settings, "alert" | "failOn" | "require" | "webhook"> {
  const alert = mergeRules(sources.alert.map((given) => readRules(given, specOf("alert"))));
  const [failOn] = sources.failOn.map((given) => readChoice(given, specOf("fail_on"), SETTINGS.fail_on.choices));
  const [require = []] = sources.require.map((given) => readRequirements(given, specOf("require")));
  const webhook = readWebhook(sources.webhook?.raw, sources.webhook?.label ?? "", sources.env);
  const calling = alert.find(({ actions }) => actions.some(({ kind }) => kind === "webhook"));
  if (calling !== undefined && webhook === undefined) {
    throw new UserError(
      `the alert rule '${calling.text}' has a webhook, and no address is given; ` +
        `type export TRACELET_WEBHOOK_URL=https://…, or write [webhook] with a url into tracelet.toml`,
    );
  }
  return {
    alert,
    require,
    ...(failOn === undefined ? {} : { failOn }),
    ...(webhook === undefined ? {} : { webhook }),
  };
}
