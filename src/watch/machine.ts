import type { JournalWriter } from "../journal/writer.ts";
import { TOO_LATE, within } from "../probes/bounded.ts";
import type { Inventory } from "../probes/inventory.ts";

/** What an inventory may take; on some systems it starts programs. */
const MOST_MS = 4000;

/** Journals what this machine is, or why that is not known. Slow on some systems, so nothing but the run's end waits for it. */
export async function recordMachine(
  journal: JournalWriter,
  now: () => number,
  read: () => Promise<Inventory>,
): Promise<void> {
  const failed = (reason: string) =>
    journal.append({ type: "unavailable", timestamp: now(), probe: "inventory", state: "failed", metrics: [], reason });
  try {
    const facts = await within(read(), MOST_MS);
    if (facts === TOO_LATE) failed(`no answer within ${MOST_MS / 1000} s`);
    else journal.append({ type: "machine", timestamp: now(), facts });
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error));
  }
}
