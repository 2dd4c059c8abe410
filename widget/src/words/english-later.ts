import type { Template } from "./template.ts";

/** What is said once a chat is under way. */
export const laterEnglish = {
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

  suggestions: "Suggested answers",
  call: "Call {title}",
  showImage: "Show the image from {host}",
  newHere: "New",
  newMessages: { one: "{count} new message", other: "{count} new messages" },
  latest: "Go to the latest message",

  delayed: "Not delivered yet.",
  undelivered: "Not delivered to the other side.",
  read: "Read",
  tooLong: { one: "{count} character too many", other: "{count} characters too many" },
  couldNotSend: "That could not be sent. Please try again.",
  notDelivered: "Not delivered.",
  edit: "Edit",
  remove: "Remove",
  tooFast: {
    one: "Too many messages at once. This one follows in {count} second.",
    other: "Too many messages at once. This one follows in {count} seconds.",
  },
  refusedInvalid: "This message could not be accepted.",
  refusedTooLarge: "This message is too long.",
  refusedEnded: "This chat had ended.",
  refusedToday: "The assistant is not available for the rest of today.",
  lostUnclear: "The assistant could not finish its answer.",
  lostUnavailable: "The assistant is not available at the moment.",
  lostTooLong: "The assistant took too long to answer.",
  lostRefused: "The assistant could not answer this.",

  failedNobody: "Nobody is available at the moment.",
  failedClosed: "We are closed at the moment.",
  failedTooLate: "Nobody could take your chat in time.",
  failedGone: "The person is no longer there.",
  failedRefused: "Your chat could not be passed on.",
  failedUnreachable: "Nobody can be reached at the moment.",
  messageIsLeft: "Thank you. We will answer by e-mail.",

  endedByYou: "You ended this chat.",
  endedWhileAway: "This chat ended while you were away.",
  ended: "This chat has ended.",
  endedBySilence: "This chat ended because nobody wrote.",
} satisfies Record<string, Template>;
