/** Points in time on the clock of a zone: `2026-11-22 20:15:30`; with `parts`, only the time of day. */
export class ZonedClock {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;

  /** @param zone an IANA name; one that is not known here becomes UTC */
  constructor(zone: string) {
    const known = formatFor(zone);
    this.zone = known === undefined ? "UTC" : zone;
    this.#format = known ?? formatFor("UTC")!;
  }

  /** @param timestamp milliseconds since the epoch */
  dateTime(timestamp: number): string {
    if (!(Math.abs(timestamp) <= 8.64e15)) return "unknown";
    const parts = new Map(this.#format.formatToParts(timestamp).map(({ type, value }) => [type, value]));
    const at = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
    return `${at("year")}-${at("month")}-${at("day")} ${at("hour")}:${at("minute")}:${at("second")}`;
  }

  timeOfDay(timestamp: number): string {
    return this.dateTime(timestamp).slice(-"20:15:30".length);
  }
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  const digits = "2-digit";
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: digits,
      day: digits,
      hour: digits,
      minute: digits,
      second: digits,
    });
  } catch {
    return undefined; // a zone that this machine or browser does not know
  }
}
