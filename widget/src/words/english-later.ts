import type { Template } from "./template.ts";

/** What is said once a chat is under way. */
export const laterEnglish = {
  openChat: "Open chat",
  openChatUnread: { one: "Open chat, {count} unread message", other: "Open chat, {count} unread messages" },

  talkToPerson: "Talk to a person",

  transferring: "You are being passed on to a person…",
  queued: "You are waiting for a person.",
  queueNext: "You are next.",
  queuePosition: "You are number {position} in line.",
  queueWait: { one: "About a minute.", other: "About {count} minutes." },
  mayWriteOn: "You can keep writing, it will be passed on.",
  waitsForColleague: "Somebody will be with you soon.",
  silenceSeconds: {
    one: "Are you still there? This chat ends in {count} second if nobody writes.",
    other: "Are you still there? This chat ends in {count} seconds if nobody writes.",
  },
  silenceMinutes: {
    one: "Are you still there? This chat ends in {count} minute if nobody writes.",
    other: "Are you still there? This chat ends in {count} minutes if nobody writes.",
  },

  joined: "{name} joined the chat",
  left: "{name} left the chat",
  passedTo: "You are being passed on to {name}",
  passedOn: "You are being passed on to a colleague",
  restarted: "The assistant had to start over and may ask again.",
  messageLeft: "Your message has been left",
  callbackLeft: "You have asked to be called back",

  typing: "{who} is typing",
  suggestions: "Suggested answers",
  call: "Call {title}",
  showImage: "Show the image from {host}",
  imageNotLoaded: "The image could not be loaded.",
  newHere: "New",

  delayed: "Not delivered yet.",
  undelivered: "Could not be delivered.",
  read: "Read",
  tooLong: { one: "{count} character too many", other: "{count} characters too many" },
  couldNotSend: "That could not be sent. Please try again.",
  close: "Close",

  failedNobody: "Nobody is available at the moment.",
  failedClosed: "We are closed at the moment.",
  failedTooLate: "Nobody could take your chat in time.",
  failedGone: "The person is no longer there.",
  failedRefused: "Your chat could not be passed on.",
  failedUnreachable: "Nobody can be reached at the moment.",
  failedByPhone: "We continue by phone. Please call us.",
  messageIsLeft: "Thank you. We will answer by e-mail.",
  callbackAsked: "Thank you. We will call you back.",

  endedByYou: "You ended this chat.",
  endedWhileAway: "This chat ended while you were away.",
  ended: "This chat has ended.",
  endedBySilence: "This chat ended because nobody wrote.",
} satisfies Record<string, Template>;
