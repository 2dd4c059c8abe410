import * as z from "zod";
import { announcementTypes } from "./conversation/announcement.ts";
import { sealedSetting } from "./secret-setting.ts";
import { Secret as WebhookSecret } from "./standard-webhooks.ts";

/** Left out: every site. */
const Sites = z.array(z.string()).min(1).optional();

/** A system of yours that is told of every handoff by itself, signed after Standard Webhooks. */
export const AnnounceSetting = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "is not an address: write one such as https://crm.example.com/baton" }),
  /** Each of them signs: add the new one, change the receiver, drop the old one. */
  secrets: z
    .array(
      sealedSetting(
        (value) => WebhookSecret.safeParse(value).success,
        'is no signing secret: write "whsec_" and 24 to 64 random bytes in base64',
      ),
    )
    .min(1)
    .max(5),
  /** Left out: all of them. */
  events: z
    .array(z.enum(announcementTypes))
    .min(1)
    .default([...announcementTypes]),
  sites: Sites,
});

/** A channel in Slack, through one of its incoming webhooks: a sentence for each event. */
export const SlackSetting = z.strictObject({
  /** Who knows its address may write there, so it is a secret. */
  webhook: sealedSetting(
    (address) => URL.canParse(address),
    "is no address: copy the webhook's from Slack, such as https://hooks.slack.com/services/…",
  ),
  /** Left out: alerts. */
  events: z.array(z.enum(announcementTypes)).min(1).default(["alert.fired", "alert.over"]),
  sites: Sites,
});

export type Receiver = z.output<typeof AnnounceSetting> | z.output<typeof SlackSetting>;

/** Everybody who is told, by the name under which it is kept what they did not take. */
export function receiversIn({ announce, slack }: Told): Record<string, Receiver> {
  return { ...announce, ...Object.fromEntries(Object.entries(slack).map(([name, channel]) => [`slack:${name}`, channel])) };
}

interface Told {
  announce: Record<string, z.output<typeof AnnounceSetting>>;
  slack: Record<string, z.output<typeof SlackSetting>>;
}
