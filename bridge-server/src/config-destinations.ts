import * as z from "zod";
import { HoursSetting } from "./config-hours.ts";
import { CallTarget, Field } from "./config-sip.ts";
import { Country, Language, Name, PhoneNumber, Text } from "./config-texts.ts";
import type { Span } from "./conversation/hours.ts";
import type { Target as RoutingTarget } from "./conversation/routing.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: "is neither a text, a number, true, false nor null" });

/** One, or a list of which any will do. */
function oneOrMany<T extends z.ZodType>(one: T) {
  const many = z.array(one).min(1, { error: "is an empty list: leave it out, or write what it should match" });
  return z.union([one, many], { error: "is neither one value nor a list of them" }).transform((given) => [given].flat() as z.output<T>[]);
}

const Phone = z.strictObject({ label: Text, number: PhoneNumber });

/** A desk, or a number to call. */
const Target = z
  .strictObject({
    /** A name under `connectors`. */
    connector: Name.optional(),
    /** What the vendor calls the queue, the team or the skill. Left out: wherever the vendor puts chats by itself. */
    queue: Text.nullable().default(null),
    urgent: z.boolean().default(false),
    /** Instead of a connector: what visitors are given to call. */
    phone: Phone.optional(),
  })
  .transform(({ connector, queue, urgent, phone }, context): RoutingTarget => {
    const complain = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message, input: null });
    if (phone && (connector !== undefined || queue !== null || urgent)) complain("phone", "stands beside a desk: write one of the two");
    if (phone) return { phone };
    if (connector === undefined) complain("connector", "is missing: write a text, or a phone in its place");
    return { connector: connector ?? "", queue, urgent };
  });

const Conditions = z.strictObject({
  /** The assistant's reason, in any case. */
  reason: oneOrMany(Text).nullable().default(null),
  /** Dotted path into what the assistant stored → what must be there: `{ "customer.tier": ["gold", "platinum"] }`. */
  context: z.record(Text, oneOrMany(Scalar)).default({}),
  /** The visitor's: `pt` takes `pt-BR` too. */
  language: oneOrMany(Language).nullable().default(null),
  /** Only while these hours, by their name under `hours`, are open. */
  hours: Name.nullable().default(null),
  /** Only while they are not. */
  outsideHours: Name.nullable().default(null),
});

/** What whoever takes a handoff has to know: fields of the context, and `reason`. Operators are warned when one is missing. */
const Required = z.array(Field).max(40).default([]);

const Route = z.strictObject({
  /** As the assistant spells it, such as `W&G TBM`. The same word in another case is found too. */
  destination: Text,
  /** For whoever reads the list. */
  description: Text.nullable().default(null),
  when: Conditions.prefault({}),
  to: Target,
  /** Where phone calls for it go. Left out: calls pass this route over. */
  sip: CallTarget,
  required: Required,
});

const FallbackStep = z.discriminatedUnion(
  "to",
  [
    z.strictObject({ to: z.literal("destination"), destination: Text }),
    z.strictObject({ to: z.literal("assistant") }),
    z.strictObject({ to: z.literal("leave_message"), connector: Name, queue: Text.nullable().default(null) }),
    z.strictObject({
      to: z.literal("callback"),
      connector: Name,
      queue: Text.nullable().default(null),
      country: Country.nullable().default(null),
    }),
    z.strictObject({ to: z.literal("phone"), ...Phone.shape }),
    z.strictObject({ to: z.literal("goodbye") }),
  ],
  { error: "is no step: write to: destination, assistant, leave_message, callback, phone or goodbye" },
);

/** Where a site's handoffs go: what stands in the file, and what can be edited while the bridge is running. */
export const destinationsShape = {
  /** Asked in this order, within the destination that the assistant named. */
  routes: z.array(Route).max(500).default([]),
  /** Takes every handoff that no route takes. */
  defaultRoute: z.strictObject({
    to: Target,
    /** Outside these hours nobody is asked, and the fallback begins. Left out: always open. */
    hours: Name.nullable().default(null),
    sip: CallTarget,
    required: Required,
  }),
  hours: z.record(Name, HoursSetting).default({}),
  /** What happens, in this order, when nobody can be reached. */
  fallback: z.array(FallbackStep).default([{ to: "assistant" }]),
};

export const DestinationsSetting = z.strictObject(destinationsShape);
export type Destinations = z.output<typeof DestinationsSetting>;
export type DestinationsDocument = ReturnType<typeof documentOf>;

/** The same as it would be written, with every default filled in. Checked again, it is the same. */
export function documentOf({ routes, defaultRoute, hours, fallback }: Destinations) {
  const written = Object.entries(hours).map(([name, { week, ...rest }]) => {
    const days = Object.entries(week).map(([day, spans]) => [day, spans.map(spanText)]);
    return [name, { ...rest, week: Object.fromEntries(days) as Record<keyof typeof week, string[]> }] as const; // a text for each span
  });
  return { routes, defaultRoute, hours: Object.fromEntries(written), fallback };
}

function spanText({ from, until }: Span): string {
  return `${timeText(from)}-${timeText(until)}`;
}

function timeText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
