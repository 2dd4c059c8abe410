import type { Offer } from "../conversation/facts.ts";
import type { EntryBody } from "../conversation/records.ts";
import { cardLines, plainText } from "./plain-text.ts";

/** What the bridge itself says to whoever is not in a browser. A site may write its own; `{…}` is filled in. */
export const english = {
  suggestions: "You can reply: {list}",
  queued: "A person will answer you here. You can go on writing.",
  joined: "{name} is with you now.",
  joinedUnnamed: "A person is with you now.",
  left: "The person has left. Somebody else will answer you here.",
  transferred: "You are being passed on to somebody else, who will answer you here.",
  back: "Our assistant answers here again.",
  nobody: "Nobody can answer just now.",
  byPhone: "We continue by phone. Please call us.",
  call: "You can call {label}: {number}. Your reference is {reference}.",
  leaveMessage: "Write what we should know in one message, and somebody will get back to you.",
  callback: "Write what it is about in one message, and somebody will call you back.",
  messageLeft: "Thank you. Your message has been passed on.",
  callbackAsked: "Thank you. Somebody will call you back.",
  goodbye: "Nobody can answer just now. Please write again later.",
  over: "This conversation is over. Write again whenever you like.",
  unanswered: "Your last message could not be answered. Please write it again.",
  tooLong: "Your last message was too long. Please write it in fewer words.",
  undelivered: "Your last message did not reach anybody.",
  delayed: "Your last message has not arrived yet. We keep trying.",
  filesForPeople: "Pictures and files can be sent here only while a person is with you.",
  fileNotTaken: "What you have sent could not be taken: it is too large, or of a kind that is not taken here.",
  silence: "Are you still there? This conversation ends in {minutes} minutes unless you write.",
  spent: "We cannot answer any more today. Please write again tomorrow.",
  help: "{title}: write your question here and we will answer. Reply STOP to get no more messages.",
  stopped: "{title}: you will get no more messages. Reply START to get them again.",
  started: "{title}: you will get messages again. Reply STOP to end them.",
};

export type Sentences = Record<keyof typeof english, string>;

/** What a visitor has to read of what happened at one moment, in one text; empty when that is nothing. */
export function wordsOf(entries: EntryBody[], sentences: Sentences): string {
  const hasLeftMessage = entries.some(({ type }) => type === "message_left");
  return entries
    .filter((entry) => !(hasLeftMessage && entry.type === "phase_changed")) // the thanks say it all
    .map((entry) => sentenceOf(entry, sentences))
    .filter((words) => words !== "")
    .join("\n");
}

/** A sentence with its gaps filled. */
export function filled(sentence: string, values: Record<string, string | number>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
}

function sentenceOf(entry: EntryBody, sentences: Sentences): string {
  switch (entry.type) {
    case "said":
      return entry.by === "visitor" ? "" : said(entry, sentences);
    case "phase_changed":
      return phase(entry, sentences);
    case "agent_joined":
      return entry.name === "" ? sentences.joinedUnnamed : filled(sentences.joined, { name: entry.name });
    case "agent_left":
      return sentences.left;
    case "transferred":
      return sentences.transferred;
    case "answer_lost":
      return entry.why === "too_long" ? sentences.tooLong : sentences.unanswered;
    case "delivery":
      return entry.state === "delivered" ? "" : sentences[entry.state];
    case "silence_warning":
      return filled(sentences.silence, { minutes: Math.max(1, Math.round(entry.endsInSeconds / 60)) });
    case "offers":
      return [
        entry.why === "by_phone" ? sentences.byPhone : sentences.nobody,
        ...entry.offers.map((offer) => offered(offer, sentences)),
      ].join("\n");
    case "message_left":
      return entry.wants === "callback" ? sentences.callbackAsked : sentences.messageLeft;
    case "queue_moved": // would be a message each time
    case "assistant_restarted":
    case "language_changed":
    case "rated":
      return "";
  }
}

function said({ text, format, rich }: Extract<EntryBody, { type: "said" }>, sentences: Sentences): string {
  const choices = rich?.suggestions.map((one) => one.text) ?? [];
  return [
    plainText(text, format),
    ...(rich ? cardLines(rich) : []),
    ...(choices.length > 0 ? [filled(sentences.suggestions, { list: choices.join(" / ") })] : []),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function phase(entry: Extract<EntryBody, { type: "phase_changed" }>, sentences: Sentences): string {
  if (entry.phase === "queued") return sentences.queued;
  if (entry.phase === "automated") return sentences.back; // nobody is told so at the beginning
  if (entry.phase !== "ended") return "";
  if (entry.by === "fallback") return sentences.goodbye;
  return entry.by === "agent" || entry.by === "operator" ? sentences.over : ""; // whoever ended it otherwise has said so, or was told before
}

function offered(offer: Offer, sentences: Sentences): string {
  if (offer.type === "leave_message") return sentences.leaveMessage;
  if (offer.type === "callback") return sentences.callback;
  const { label, number, reference } = offer;
  return filled(sentences.call, { label, number, reference });
}
