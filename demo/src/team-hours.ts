import type { ConfigFile } from "@baton/bridge-server/config";

export const hoursChoices = ["always", "office", "closed"] as const;

const wholeDay = ["00:00-24:00"];
const officeDay = ["09:00-18:00"];
const everyDay = (spans: string[]) => ({ mon: spans, tue: spans, wed: spans, thu: spans, fri: spans, sat: spans, sun: spans });

/** When the shop's team is there: always, unless `SHOP_HOURS` says `office` (weekdays, 9 to 18) or `closed` (these days are all holidays). */
export function teamHours(choice: string | undefined, now: Date): NonNullable<ConfigFile["sites"][string]["hours"]>[string] {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (choice === "office") return { timeZone, week: { ...everyDay(officeDay), sat: [], sun: [] } };
  if (choice === "closed") return { timeZone, week: everyDay(wholeDay), holidays: daysAround(now) };
  return { timeZone, week: everyDay(wholeDay) };
}

/** From yesterday, which it may still be in some time zone, for a month. */
function daysAround(now: Date): string[] {
  return Array.from({ length: 32 }, (_, day) => new Date(now.getTime() + (day - 1) * 86_400_000).toISOString().slice(0, 10));
}
