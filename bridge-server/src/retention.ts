import type { Bridge } from "./bridge.ts";
import type { RetentionConfig } from "./config-retention.ts";
import { dataClasses, type DataClass } from "./conversation/retention.ts";

const DAY_MS = 24 * 60 * 60_000;
const AT_ONCE = 100;

/** What was forgotten, by class: of how many conversations, how many deliveries, or how many findings. */
export type Swept = Partial<Record<DataClass | "deliveries" | "findings", number>>;

type Parts = {
  bridge: Pick<Bridge, "endings" | "forget" | "mark" | "setMark" | "forgetDeliveries" | "forgetFindings">;
  settings: RetentionConfig;
  /** Under which keys the bridge keeps what it has found by itself. */
  findings: Parameters<Bridge["forgetFindings"]>[0];
  now: Date;
  /** Asked before each conversation. Whoever lost the work to another bridge forgets nothing more. */
  isOurs(): Promise<boolean>;
};

/**
 * Forgets what has been kept for long enough. Each class goes through the conversations in the order in which they ended and remembers
 * how far it has come, so a run that is cut off is gone on with by the next.
 */
export async function sweep({ bridge, settings, findings, now, isOurs }: Parts): Promise<Swept> {
  const swept: Swept = {};
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
  for (const kind of dataClasses) {
    const days = settings[kind];
    if (days !== null) swept[kind] = await sweepClass(kind, before(days));
  }
  if (settings.deliveries !== null) swept.deliveries = await bridge.forgetDeliveries(before(settings.deliveries));
  if (settings.findings !== null && (await isOurs())) swept.findings = await forgetFindings(before(settings.findings));
  return swept;

  /** Once a day: to find what is old, all that is kept is read. */
  async function forgetFindings(until: string): Promise<number> {
    const today = Math.floor(now.getTime() / DAY_MS);
    if ((await bridge.mark("retention:findings")) === today) return 0;
    const count = await bridge.forgetFindings(findings, until);
    await bridge.setMark("retention:findings", today);
    return count;
  }

  async function sweepClass(kind: DataClass, until: string): Promise<number> {
    const mark = `retention:${kind}`;
    let count = 0;
    for (let after = await bridge.mark(mark); ;) {
      const endings = await bridge.endings(after, AT_ONCE);
      for (const { number, key, at } of endings) {
        if (at > until || !(await isOurs())) return count;
        if (await bridge.forget(key, kind)) count++;
        after = number;
        await bridge.setMark(mark, after);
      }
      if (endings.length < AT_ONCE) return count;
    }
  }
}
