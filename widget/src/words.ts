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

  sending: "Sending…",
  sent: "Sent",
  tryAgain: "Try again",
  /** It is tried again by itself. */
  waiting: "Waiting for connection…",
  delayed: "Not delivered yet.",
  undelivered: "Not delivered to the other side.",

  talkToPerson: "Talk to a person",

  connecting: "Connecting…",
  heldBack: "Very busy. Your chat begins soon…",
  reconnecting: "No connection. Trying again…",

  endChat: "End chat",
  couldNotSend: "That could not be sent. Please try again.",

  notLoaded: "Parts of this chat could not be loaded.",
  broken: "Something went wrong. Please reload the page.",
};

export type Words = typeof english;

const languages: Record<string, Words> = { en: english };

/** The sentences for a language, by its full name, then its first part; English where there is none. */
export function wordsFor(locale: string): Words {
  return languages[locale] ?? languages[locale.split("-")[0] ?? ""] ?? english;
}
