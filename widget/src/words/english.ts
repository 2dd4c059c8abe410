import type { Template } from "./template.ts";

/** What is said before and while the first message is written. Every other language has the same sentences: see `translation.ts`. */
export const english = {
  closeChat: "Close chat",
  title: "Chat",
  more: "More",

  assistant: "Assistant",
  you: "You",
  person: "Support",
  messages: "Messages",
  message: "Message",
  placeholder: "Write a message…",
  send: "Send",

  sending: "Sending…",
  sent: "Sent",
  tryAgain: "Try again",
  waiting: "Waiting for connection…",

  connecting: "Connecting…",
  heldBack: "Very busy. Your chat begins soon…",
  reconnecting: "No connection. Trying again…",

  endChat: "End chat",

  notLoaded: "Parts of this chat could not be loaded.",
  broken: "Something went wrong. Please reload the page.",
} satisfies Record<string, Template>;
