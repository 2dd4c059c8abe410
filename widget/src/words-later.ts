import type { EndedBy, EntryBody, FailureReason, ProblemCode } from "@baton/bridge-server/protocol";

// The sentences of the parts that are loaded later; see words.ts.
const laterEnglish = {
  transferring: "You are being passed on to a person…",
  queued: "You are waiting for a person.",
  queuePosition: (position: number) => (position <= 1 ? "You are next." : `You are number ${position} in line.`),
  queueWait: (seconds: number) => (seconds < 90 ? "About a minute." : `About ${Math.round(seconds / 60)} minutes.`),
  mayWriteOn: "You can keep writing, it will be passed on.",
  waitsForColleague: "Somebody will be with you soon.",
  silence: (seconds: number) =>
    `Are you still there? This chat ends in ${seconds < 90 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`} if nobody writes.`,

  /** Things that happened, each in a line of its own. */
  notices: {
    agent_joined: ({ name }) => `${name} joined the chat`,
    agent_left: ({ name }) => `${name ?? "Support"} left the chat`,
    transferred: ({ to }) => `You are being passed on to ${to ?? "a colleague"}`,
    assistant_restarted: () => "The assistant had to start over and may ask again.",
    message_left: () => "Your message has been left",
  } satisfies { [T in EntryBody["type"]]?: (notice: Extract<EntryBody, { type: T }>) => string },

  suggestions: "Suggested answers",
  call: (title: string) => `Call ${title}`,

  notDelivered: "Not delivered.",
  edit: "Edit",
  remove: "Remove",
  tooFast: (seconds: number) => `Too many messages at once. This one follows in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
  /** Every other refusal is said by the panel as a whole. */
  refused: {
    invalid: "This message could not be accepted.",
    too_large: "This message is too long.",
    ended: "This chat had ended.",
    too_much_today: "The assistant is not available for the rest of today.",
  } as Partial<Record<ProblemCode | "unreachable", string>>,
  lost: {
    unclear: "The assistant could not finish its answer.",
    unavailable: "The assistant is not available at the moment.",
    too_long: "The assistant took too long to answer.",
    refused: "The assistant could not answer this.",
  },

  failed: {
    nobody_available: "Nobody is available at the moment.",
    out_of_hours: "We are closed at the moment.",
    waited_too_long: "Nobody could take your chat in time.",
    agent_gone: "The person is no longer there.",
    vendor_refused: "Your chat could not be passed on.",
    vendor_unreachable: "Nobody can be reached at the moment.",
    no_route: "Your chat could not be passed on.",
  } satisfies Record<FailureReason, string>,
  leaveMessage: "Leave a message",
  leaveMessageWhy: "We will answer by e-mail.",
  name: "Name (optional)",
  email: "E-mail",
  yourMessage: "Your message",
  sendMessage: "Send message",
  emailInvalid: "Please enter an e-mail address like name@example.com.",
  messageEmpty: "Please write your message.",
  messageIsLeft: "Thank you. We will answer by e-mail.",
  callUs: "Call us",
  reference: "Tell the person who picks up this reference:",

  endChatSure: "End this chat?",
  endChatNo: "Keep chatting",
  startNew: "Start a new chat",
  ended: {
    visitor: "You ended this chat.",
    visitor_gone: "This chat ended while you were away.",
    agent: "This chat has ended.",
    assistant: "This chat has ended.",
    silence: "This chat ended because nobody wrote.",
    fallback: "This chat has ended.",
  } satisfies Record<EndedBy, string>,

  rate: "How was this chat? 5 is best.",
  score: (score: number) => `${score} of 5`,
  comment: "Anything to add? (optional)",
  sendRating: "Send rating",
  skip: "Skip",
  rated: "Thank you for your rating.",

  over: {
    unauthorized: "This chat is over.",
    not_found: "This chat is over.",
    outdated: "This chat was updated. Please reload the page.",
    forbidden_origin: "The chat is not available on this page.",
    unknown_site: "The chat is not available on this page.",
  } as Partial<Record<ProblemCode | "unreachable", string>>,
  notNow: "The chat is not available at the moment.",
};

export type LaterWords = typeof laterEnglish;

const languages: Record<string, LaterWords> = { en: laterEnglish };

/** As `wordsFor`. */
export function laterWordsFor(locale: string): LaterWords {
  return languages[locale] ?? languages[locale.split("-")[0] ?? ""] ?? laterEnglish;
}
