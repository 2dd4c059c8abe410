import { RE2JS } from "re2js";
import type { Announcer } from "./announce.ts";
import type { RedactionConfig } from "./config-redaction.ts";
import type { Connector, Context, Line, ToldContext } from "./connectors/connector.ts";
import type { ExportLine } from "./export/export-line.ts";

/** Takes out what was configured. What holds nothing of it stays as it is. */
export interface Redaction {
  text(text: string): string;
  /** Every text in it, at whatever depth; names of members stay. */
  deep<Value>(value: Value): Value;
}

// Each of these looks at a bounded piece of text from any place, so none can be kept busy (ReDoS).
const CARD = /(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])/g;
const EMAIL = /[^\s@<>()"',;:]{1,64}@[^\s@<>()"',;:]{1,190}\.[a-z]{2,24}/gi;
const PHONE = /(?<![\w+-])\+?\(?\d[\d ()./-]{6,20}\d(?![\w-])/g;

export function createRedaction({ cards, emails, phones, patterns }: Omit<RedactionConfig, "before">): Redaction {
  const own = patterns.map(({ name, pattern, ignoreCase }) => {
    return { found: RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0), left: RE2JS.quoteReplacement(`[${name}]`) };
  });
  return { text, deep };

  function text(given: string): string {
    let left = given;
    for (const one of own) left = one.found.matcher(left).replaceAll(one.left);
    if (cards) left = left.replace(CARD, (digits) => (isCard(digits) ? "[card]" : digits));
    if (emails) left = left.replace(EMAIL, "[email]");
    if (phones) left = left.replace(PHONE, (digits) => (digits.replaceAll(/\D/g, "").length >= 8 ? "[phone]" : digits));
    return left;
  }

  function deep<Value>(value: Value): Value {
    return redacted(value) as Value; // of the same shape: only texts change
  }

  function redacted(value: unknown): unknown {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(redacted);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redacted(one)]));
  }
}

/** Luhn's check digit, which one of ten numbers has by chance. */
function isCard(text: string): boolean {
  const digits = [...text.replaceAll(/\D/g, "")].map(Number).toReversed();
  const sum = digits.reduce((all, digit, at) => all + (at % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}

/**
 * The same connector, which is told nothing that was to be taken out. The destination stays, which a desk may route by, and so do
 * names and addresses of the visitor, which it answers to. `links`: a pattern of one group; what it finds in a line still opens.
 */
export function redactedConnector(connector: Connector, { text, deep }: Redaction, links: RegExp): Connector {
  const line = ({ file, ...one }: Line): Line => ({
    ...one,
    text: one.text.split(links).map(unlessLink).join(""),
    ...(file && { file: { ...file, name: text(file.name) } }),
  });
  const unlessLink = (part: string, at: number) => (at % 2 === 0 ? text(part) : part); // split by a group, every other part is the group's
  const context = <Late extends Context | ToldContext>(one: Late): Late =>
    Object.assign({}, one, { data: deep(one.data) }, "topicState" in one && { topicState: deep(one.topicState) });
  return {
    ...connector,
    open: ({ requested, visitor, utterance, transcript, ...request }) =>
      connector.open({
        ...request,
        requested: { ...requested, reason: requested.reason && text(requested.reason) },
        visitor: { ...visitor, ...(visitor.attributes && { attributes: deep(visitor.attributes) }) },
        utterance: utterance && text(utterance),
        context: request.context && context(request.context),
        transcript: transcript.map(line),
      }),
    attach: (chat, late) => connector.attach(chat, context(late)),
    say: (chat, said, isRepeat) => connector.say(chat, line(said), isRepeat),
  };
}

/** The same announcer. Ids and names of ours stay: what others have given is gone through. */
export function redactedAnnouncer(announcer: Announcer, { text }: Redaction): Announcer {
  const maybe = (one: string | null) => one && text(one);
  return {
    ...announcer,
    tell(to, { data, ...event }) {
      if ("alert" in data) return announcer.tell(to, { ...event, data }); // written by the bridge alone
      const { handoff } = data;
      const its = handoff && {
        ...handoff,
        destination: maybe(handoff.destination),
        reason: maybe(handoff.reason),
        topic_state: maybe(handoff.topic_state),
      };
      return announcer.tell(to, { ...event, data: { ...data, cause: maybe(data.cause), handoff: its } });
    },
  };
}

/** The same line of an export: what was said, and what the assistant knew, without what was to be taken out. */
export function redactedLine(line: ExportLine, { text, deep }: Redaction): ExportLine {
  if (line.kind === "erased") return line;
  return {
    ...line,
    rating: deep(line.rating),
    lines: line.lines.map(({ rich, ...one }) => Object.assign({ ...one, text: text(one.text) }, rich && { rich: deep(rich) })),
    handoffs: line.handoffs.map((handoff) =>
      Object.assign({}, handoff, {
        utterance: deep(handoff.utterance),
        reason: deep(handoff.reason),
        outcome: deep(handoff.outcome),
        context: Object.assign({}, handoff.context, { data: deep(handoff.context.data) }),
      }),
    ),
  };
}
