import type { Shown } from "../conversation/story.ts";
import type { Shared } from "./props.ts";

/** What stands between two messages: the day, where it is another; and where what the visitor has not seen begins. */
export function before({ at, seq }: Shown, previous: Shown | undefined, { say, language, newFrom, clock }: Shared) {
  const day = midnight(at);
  const isOtherDay = day !== (previous ? midnight(previous.at) : midnight(clock.now()));
  const isNew = seq > 0 && seq === newFrom.value;
  if (!isOtherDay && !isNew) return null;
  return (
    <p key={`before-${seq || at}`} class={isNew ? "divider new" : "divider"}>
      {[isOtherDay && nameOf(day, midnight(clock.now()), language.locale.value), isNew && say("newHere")].filter(Boolean).join(" · ")}
    </p>
  );
}

/** "Today", "Yesterday", or the date, with the year where it is another. */
function nameOf(day: number, today: number, locale: string): string {
  const days = Math.round((day - today) / 86_400_000); // rounded, because days of 23 hours exist
  const date = new Date(day);
  const isOtherYear = date.getFullYear() !== new Date(today).getFullYear();
  const name =
    days === 0 || days === -1
      ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")
      : date.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", ...(isOtherYear && { year: "numeric" }) });
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

function midnight(at: string | number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
