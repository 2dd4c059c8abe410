import type { Destination } from "../api/answers.ts";

/** What has to hold for a route to be taken, in words. */
export function conditionsOf({ when, hours }: Pick<Destination["route"], "when" | "hours">): string {
  const parts = [
    hours && `during ${hours}`,
    when?.outside_hours && `outside ${when.outside_hours}`,
    when?.reason && `reason ${when.reason.join(" or ")}`,
    when?.language && `in ${when.language.join(" or ")}`,
    ...Object.entries(when?.context ?? {}).map(([path, values]) => `${path} is ${values.map(String).join(" or ")}`),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "always";
}
