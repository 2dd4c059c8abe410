import type { EndedBy, FailureReason } from "@baton/bridge-server/protocol";

// Every sentence the visitor can read. A language is an object of this shape: one that lacks a sentence does not compile.
export const english = {
  openChat: "Open chat",
  openChatUnread: (count: number) => `Open chat, ${count} unread ${count === 1 ? "message" : "messages"}`,
  closeChat: "Close chat",
  title: "Chat",
  opensInNewTab: "Opens in a new tab",

  assistant: "Assistant",
  you: "You",
  person: "Support",
  isTyping: (who: string) => `${who} is typing`,
  messages: "Messages",
  message: "Message",
  placeholder: "Write a message…",
  send: "Send",
  charactersLeft: (count: number) => (count < 0 ? `${-count} characters too many` : `${count} characters left`),
  suggestions: "Suggested answers",
  call: (title: string) => `Call ${title}`,

  sending: "Sending…",
  sent: "Sent",
  notDelivered: "Not delivered.",
  tryAgain: "Try again",
  edit: "Edit",
  remove: "Remove",
  waitingToSend: "Too many messages at once. This one follows in a moment.",
  tooLong: "This message is too long.",
  notAccepted: "This message could not be accepted.",
  endedBefore: "The chat had ended before this message arrived.",
  tooMuchToday: "The assistant has answered all it can for today.",
  delayed: "On its way. It has not reached the other side yet.",
  undelivered: "Not delivered. The other side did not get this message.",

  lost: {
    unclear: "The assistant could not finish its answer.",
    unavailable: "The assistant is not available at the moment.",
    too_long: "The assistant took too long to answer.",
    refused: "The assistant could not answer this.",
  },

  talkToPerson: "Talk to a person",
  askingForPerson: "Asking for a person…",
  couldNotAsk: "That did not work. Please try again.",
  askTooSoon: "One moment, please. You can ask again shortly.",

  connecting: "Connecting…",
  reconnecting: "No connection. Trying again…",
  transferring: "Passing you on to a person…",
  queued: "You are waiting for a person.",
  queuePosition: (position: number) => (position <= 1 ? "You are next." : `You are number ${position} in line.`),
  queueWait: (seconds: number) => (seconds < 90 ? "About a minute." : `About ${Math.round(seconds / 60)} minutes.`),
  mayWriteOn: "You can keep writing. Your messages will be passed on.",
  waitsForColleague: "Please wait, somebody will be with you soon.",
  silence: (seconds: number) =>
    `Are you still there? This chat ends in ${seconds < 90 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`} if nobody writes.`,

  joined: (name: string) => `${name} joined the chat`,
  left: (name: string) => `${name} left the chat`,
  transferred: (to: string | null) => (to ? `You are being passed on to ${to}` : "You are being passed on to a colleague"),
  restarted: "The assistant had to start over. It may ask you for something again.",
  messageLeft: "Your message has been left",

  failed: {
    nobody_available: "Nobody is available at the moment.",
    out_of_hours: "We are closed at the moment.",
    waited_too_long: "It is taking longer than it should. Nobody could take your chat.",
    agent_gone: "The person you were talking to is no longer there.",
    vendor_refused: "Your chat could not be passed on.",
    vendor_unreachable: "Our team cannot be reached at the moment.",
    no_route: "Your chat could not be passed on.",
  } satisfies Record<FailureReason, string>,
  failedNow: "What would you like to do?",
  leaveMessage: "Leave a message",
  leaveMessageWhy: "We will answer by e-mail.",
  name: "Name (optional)",
  email: "E-mail",
  yourMessage: "Your message",
  sendMessage: "Send message",
  emailInvalid: "Please give an e-mail address that we can answer, like name@example.com.",
  textMissing: "Please write what you would like us to know.",
  leftTitle: "Thank you.",
  leftText: "We have your message and will answer by e-mail.",
  callUs: "Call us",
  reference: "Reference",
  referenceWhy: "Tell this to the person who picks up.",

  endChat: "End chat",
  endChatSure: "End this chat?",
  endChatYes: "End chat",
  endChatNo: "Keep chatting",
  endFailed: "The chat could not be ended. Please try again.",
  startNew: "Start a new chat",
  ended: {
    visitor: "You ended this chat.",
    visitor_gone: "This chat ended while you were away.",
    agent: "This chat has ended.",
    assistant: "This chat has ended.",
    silence: "This chat ended because nobody wrote for a while.",
    fallback: "This chat has ended.",
  } satisfies Record<EndedBy, string>,
  endedPlain: "This chat has ended.",

  rate: "How was this chat?",
  score: (score: number) => `${score} of 5`,
  worst: "Poor",
  best: "Great",
  comment: "Anything you would like to add? (optional)",
  sendRating: "Send rating",
  skip: "Skip",
  rated: "Thank you for your rating.",
  couldNotSend: "That could not be sent. Please try again.",

  gone: "This chat is over and can no longer be opened.",
  outdated: "This chat has been updated. Please reload the page to go on.",
  notHere: "The chat is not available on this page.",
  notNow: "The chat cannot be started at the moment.",
  broken: "Something went wrong in this chat. Your messages are safe.",
  reload: "Show it again",
};

export type Words = typeof english;

const languages: Record<string, Words> = { en: english };

/** The sentences for a language, by its full name, then its first part; English where there is none. */
export function wordsFor(locale: string): Words {
  return languages[locale] ?? languages[locale.split("-")[0] ?? ""] ?? english;
}
