import type { EndedBy, EntryBody, FailureReason, ProblemCode } from "@baton/bridge-server/protocol";

type Notice = Extract<EntryBody, { type: "agent_joined" | "agent_left" | "transferred" | "assistant_restarted" | "message_left" }>;

// Every sentence the visitor can read. A language is an object of this shape: one that lacks a sentence does not compile.
export const english = {
  openChat: "Open chat",
  openChatUnread: (count: number) => `Open chat, ${count} unread ${count === 1 ? "message" : "messages"}`,
  closeChat: "Close chat",
  title: "Chat",

  assistant: "Assistant",
  you: "You",
  person: "Support",
  isTyping: (who: string) => `${who} is typing`,
  messages: "Messages",
  message: "Message",
  placeholder: "Write a message…",
  send: "Send",
  tooLong: (count: number) => `${count} characters too many`,
  suggestions: "Suggested answers",
  call: (title: string) => `Call ${title}`,

  sending: "Sending…",
  sent: "Sent",
  notDelivered: "Not delivered.",
  tryAgain: "Try again",
  edit: "Edit",
  remove: "Remove",
  waitingToSend: "Too many at once, this one follows.",
  /** Every other refusal is said by the panel as a whole. */
  refused: {
    invalid: "This message could not be accepted.",
    too_large: "This message is too long.",
    ended: "This chat had ended.",
    too_much_today: "The assistant is not available for the rest of today.",
  } as Partial<Record<ProblemCode | "unreachable", string>>,
  delayed: "Not delivered yet.",
  undelivered: "Not delivered to the other side.",

  lost: {
    unclear: "The assistant could not finish its answer.",
    unavailable: "The assistant is not available at the moment.",
    too_long: "The assistant took too long to answer.",
    refused: "The assistant could not answer this.",
  },

  talkToPerson: "Talk to a person",

  connecting: "Connecting…",
  reconnecting: "No connection. Trying again…",
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
  } satisfies { [T in Notice["type"]]: (notice: Extract<Notice, { type: T }>) => string },

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
  emailInvalid: "Please check your e-mail address.",
  messageIsLeft: "Thank you. We will answer by e-mail.",
  callUs: "Call us",
  reference: "Tell the person who picks up this reference:",

  endChat: "End chat",
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
  couldNotSend: "That could not be sent. Please try again.",

  over: {
    unauthorized: "This chat is over.",
    not_found: "This chat is over.",
    outdated: "This chat was updated. Please reload the page.",
    forbidden_origin: "The chat is not available on this page.",
    unknown_site: "The chat is not available on this page.",
  } as Partial<Record<ProblemCode | "unreachable", string>>,
  notNow: "The chat is not available at the moment.",
  broken: "Something went wrong. Please reload the page.",
};

export type Words = typeof english;

const languages: Record<string, Words> = { en: english };

/** The sentences for a language, by its full name, then its first part; English where there is none. */
export function wordsFor(locale: string): Words {
  return languages[locale] ?? languages[locale.split("-")[0] ?? ""] ?? english;
}
