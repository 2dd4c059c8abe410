import * as z from "zod";
import { Phone } from "../export/shapes.ts";

// What the operators' API answers about where handoffs go.

const Time = z.iso.datetime();
const Text = z.string();
const MaybeText = z.string().nullable();
const Next = MaybeText.describe("Write it into `cursor` to get the page after this one.");

const Priority = z.enum(["normal", "urgent"]);
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Standing = {
  version: z.int().describe("Of the latest that was set while a bridge was running. 0: there is none."),
  made_at: Time.nullable(),
  made_by: MaybeText,
  in_force: z
    .enum(["console", "file", "refused"])
    .describe("Whose word counts: that version's, or the configuration's. refused: the configuration's, as that version does not fit it."),
};
export const Destinations = z.strictObject({
  destinations: z.array(
    z.strictObject({
      site: Text,
      name: MaybeText.describe("null: the default route."),
      is_default: z.boolean(),
      route: z.strictObject({
        connector: MaybeText,
        queue: MaybeText,
        priority: Priority,
        phone: Phone,
        when: z
          .strictObject({
            reason: z.array(Text).nullable(),
            context: z.record(Text, z.array(Scalar)),
            language: z.array(Text).nullable(),
            outside_hours: MaybeText,
          })
          .nullable()
          .describe("What has to hold beside the hours."),
        hours: MaybeText,
        open_now: z.boolean(),
        fallback: z.array(z.looseObject({ to: Text })),
      }),
      calls: z
        .strictObject({
          uri: Text,
          health: z
            .strictObject({ state: z.enum(["unknown", "up", "down"]), since: Time, because: MaybeText })
            .nullable()
            .describe("null: nobody asks there."),
        })
        .nullable()
        .describe("Where phone calls go. null: nowhere."),
      last_accepted_at: Time.nullable(),
      failure_rate_24h: z.number().min(0).max(1).nullable().describe("null: there were none."),
      handoffs_24h: z.int(),
    }),
  ),
  sites: z.array(z.strictObject({ site: Text, ...Standing })).describe("Whose word counts, by site."),
  unknown: z
    .array(z.strictObject({ site: Text, name: Text, times: z.int(), last_at: Time }))
    .describe("What handoffs of the last seven days asked for and no route has."),
});
const Target = z.union([
  z.strictObject({ connector: Text, queue: MaybeText, urgent: z.boolean() }),
  z.strictObject({ phone: z.strictObject({ label: Text, number: Text }) }),
]);
const Conditions = z.strictObject({
  reason: z.array(Text).nullable(),
  context: z.record(Text, z.array(Scalar)),
  language: z.array(Text).nullable(),
  hours: MaybeText,
  outsideHours: MaybeText,
});
const Left = { connector: Text, queue: MaybeText };
const Fallback = z.discriminatedUnion("to", [
  z.strictObject({ to: z.literal("destination"), destination: Text }),
  z.strictObject({ to: z.literal("assistant") }),
  z.strictObject({ to: z.literal("leave_message"), ...Left }),
  z.strictObject({ to: z.literal("callback"), ...Left, country: MaybeText }),
  z.strictObject({ to: z.literal("phone"), label: Text, number: Text }),
  z.strictObject({ to: z.literal("goodbye") }),
]);
const Spans = z.array(Text);
const Led = { to: Target, sip: MaybeText, required: z.array(Text) };
/** As the configuration would have it, with nothing left out. */
const Document = z.strictObject({
  routes: z.array(z.strictObject({ destination: Text, description: MaybeText, when: Conditions, ...Led })),
  defaultRoute: z.strictObject({ ...Led, hours: MaybeText }),
  hours: z.record(
    Text,
    z.strictObject({
      timeZone: Text,
      week: z.strictObject({ mon: Spans, tue: Spans, wed: Spans, thu: Spans, fri: Spans, sat: Spans, sun: Spans }),
      holidays: z.array(Text),
    }),
  ),
  fallback: z.array(Fallback),
});
export const SiteDestinations = z.strictObject({
  site: Text,
  ...Standing,
  mistakes: z.array(Text).describe("Why that version does not fit."),
  warnings: z.array(Text),
  desks: z.array(Text).describe("Connectors that a route can lead to."),
  document: Document.describe("What counts now."),
});
export const DestinationsCheck = z.strictObject({ mistakes: z.array(Text), warnings: z.array(Text), changes: z.array(Text) });
export const DestinationsDraft = z.strictObject({
  document: Document,
  taken: z.array(Text).describe("What was taken of the file, in sentences."),
  left: z.array(Text).describe("What was not, and why."),
});
const DestinationsVersion = z.strictObject({
  number: z.int(),
  made_at: Time,
  made_by: Text,
  by: z.enum(["console", "file"]).describe("file: back to the configuration's."),
  changes: z.array(Text).describe("What became other, in sentences."),
});
export const DestinationsVersions = z.strictObject({ versions: z.array(DestinationsVersion), next: Next });
export const DestinationsVersionDetail = z.strictObject({ ...DestinationsVersion.shape, document: Document });
export const DryRunAnswer = z.strictObject({
  destination: MaybeText,
  connector: MaybeText,
  queue: MaybeText,
  priority: Priority.nullable(),
  phone: Phone,
  open: z.boolean(),
  because: z.array(Text),
});
