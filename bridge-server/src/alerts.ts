// What operators are told of without looking. Rules are configuration; what is true is read from the store, whichever bridge asks.
import type { Assistant } from "./assistant/assistant.ts";
import type { Bridge } from "./bridge.ts";
import type { AlertState } from "./bridge-alerts.ts";
import { CallError } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { AlertRule } from "./config-alerts.ts";

const DAY_MS = 24 * 60 * 60_000;
/** What comes and goes is one alert: it is over when it has not been so for a while. */
const CALM_MS = 60_000;
const KEY_TRIED_EVERY_MS = 60_000;
/** Of what waits so many are counted. */
const MOST = 200;

export interface Alerts {
  /** Whether there is anything to look for. */
  isOn: boolean;
  /** Looks once, and tells of what has begun or ended since. */
  look(): Promise<void>;
  /** Every rule and how it stands. */
  list(): Promise<{ name: string; rule: AlertRule; state: AlertState }[]>;
}

interface Parts {
  bridge: Pick<Bridge, "alertState" | "tellAlert" | "destinationCounts" | "handoffs" | "keptDeliveries">;
  clock: Clock;
  sites(): string[];
  assistantOf(site: string): Pick<Assistant, "context">;
}

/** One place that knows the rules. Looking is safe from any number of bridges: each alert is told once. */
export function createAlerts(rules: Record<string, AlertRule>, { bridge, clock, sites, assistantOf }: Parts): Alerts {
  const all = Object.entries(rules);
  const lastSoAt = new Map<string, number>();
  const keys = new Map<string, { isLetIn: boolean; at: number }>();

  return {
    isOn: all.length > 0,
    async look() {
      for (const [name, rule] of all) await lookAt(name, rule);
    },
    list: () => Promise.all(all.map(async ([name, rule]) => ({ name, rule, state: await bridge.alertState(name) }))),
  };

  async function lookAt(name: string, rule: AlertRule): Promise<void> {
    const now = clock.now().getTime();
    const says = await truthOf(rule);
    if (says !== null || !lastSoAt.has(name)) lastSoAt.set(name, now); // whoever has just begun to look has seen no calm yet
    const { is } = await bridge.alertState(name);
    if (says !== null && is === "quiet") await bridge.tellAlert(name, { says });
    if (says === null && is === "firing" && now - lastSoAt.get(name)! >= CALM_MS) await bridge.tellAlert(name, null);
  }

  /** A sentence where it is so, else `null`. */
  async function truthOf(rule: AlertRule): Promise<string | null> {
    const now = clock.now().getTime();
    const before = (ms: number) => new Date(now - ms).toISOString();
    switch (rule.when) {
      case "failure_rate": {
        const { above, withinMs, atLeast, site } = rule;
        const counts = (await Promise.all(sitesOf(site).map((one) => bridge.destinationCounts(one, before(withinMs))))).flat();
        const handoffs = sum(counts.map((count) => count.handoffs));
        const failed = sum(counts.map((count) => count.failed));
        if (handoffs < atLeast || failed / handoffs <= above) return null;
        return `${failed} of ${handoffs} handoffs of the last ${minutes(withinMs)} have failed${on(site)}.`;
      }
      case "queue_time":
        return waitingSince(rule, "queued", (many) => `${many} for longer than ${minutes(rule.aboveMs)} in a queue${on(rule.site)}.`);
      case "stuck_handoff":
        return waitingSince(
          rule,
          "initiated",
          (many) => `${many} for longer than ${minutes(rule.aboveMs)} without any desk having answered${on(rule.site)}.`,
        );
      case "key_refused": {
        const refused: string[] = [];
        for (const site of sitesOf(rule.site)) if (!(await knownLetIn(site))) refused.push(site);
        if (refused.length === 0) return null;
        return `The assistant's platform refuses the bridge's key for ${refused.join(", ")}: it has expired or was changed.`;
      }
      case "key_expires": {
        const due = Object.entries(rule.keys).filter(([, day]) => Date.parse(day) - now <= rule.beforeDays * DAY_MS);
        return due.length === 0 ? null : `${due.map(([name, day]) => `${name} ends on ${day}`).join(", ")}: get a new key.`;
      }
      case "delivery_kept": {
        const [kept] = await bridge.keptDeliveries({ after: 0, limit: 1 });
        return kept ? `${kept.to} did not take what it was told, for days: mend it, then send it again.` : null;
      }
    }
  }

  async function waitingSince(
    { aboveMs, site }: { aboveMs: number; site?: string | undefined },
    stage: string,
    says: (many: string) => string,
  ) {
    const until = new Date(clock.now().getTime() - aboveMs).toISOString();
    const { length } = (await bridge.handoffs.page({ stage, site, until, limit: MOST })).handoffs;
    if (length === 0) return null;
    return says(
      length === 1 ? "A visitor has waited" : `${length === MOST ? `${MOST} visitors or more` : `${length} visitors`} have waited`,
    );
  }

  /** What cannot be known now is as it was. */
  async function knownLetIn(site: string): Promise<boolean> {
    const now = clock.now().getTime();
    const known = keys.get(site);
    if (known && now - known.at < KEY_TRIED_EVERY_MS) return known.isLetIn;
    const answer = (await isLetIn(assistantOf(site))) ?? known?.isLetIn ?? true;
    keys.set(site, { isLetIn: answer, at: now });
    return answer;
  }

  function sitesOf(site: string | undefined): string[] {
    return site === undefined ? sites() : [site];
  }
}

/** Asks for what nobody has stored. `null`: the platform is away, or has too much to do. */
async function isLetIn(assistant: Pick<Assistant, "context">): Promise<boolean | null> {
  try {
    await assistant.context({ chat: null, sharedId: "baton-looks-whether-its-key-is-taken" });
    return true;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const status = error.answer?.status;
    return status === 401 || status === 403 ? false : null;
  }
}

const on = (site: string | undefined) => (site === undefined ? "" : ` on ${site}`);
const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);

function minutes(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1_000)} seconds`;
  const count = Math.round(ms / 60_000);
  return count === 1 ? "minute" : `${count} minutes`;
}
