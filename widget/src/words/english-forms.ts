import type { Template } from "./template.ts";

/** What is said around the chat: forms, what asks once more, the menu, and the end. */
export const formsEnglish = {
  leaveMessage: "Leave a message",
  leaveMessageWhy: "We will answer by e-mail.",
  name: "Name (optional)",
  email: "E-mail",
  yourMessage: "Your message",
  sendMessage: "Send message",
  emailInvalid: "Please enter an e-mail address like name@example.com.",
  messageEmpty: "Please write your message.",
  callUs: "Call us",
  reference: "Tell the person who picks up this reference:",

  endChatSure: "End this chat?",
  endChatNo: "Keep chatting",
  startNew: "Start a new chat",

  rate: "How was this chat? 5 is best.",
  score: "{score} of 5",
  comment: "Anything to add? (optional)",
  sendRating: "Send rating",
  skip: "Skip",
  rated: "Thank you for your rating.",

  over: "This chat is over.",
  outdated: "This chat was updated. Please reload the page.",
  notHere: "The chat is not available on this page.",
  notNow: "The chat is not available at the moment.",

  consent: "Before you start",
  consentYes: "I agree, start the chat",

  copy: "Copy message",
  copied: "Copied",
  notCopied: "This browser does not allow copying. Select the text instead.",
  saveChat: "Save this conversation",
  privacy: "Privacy",
  terms: "Terms of use",
  sound: "Sound for new messages",
  notify: "Notify me while this tab is hidden",
  notifyBlocked: "This browser does not allow notifications from this page.",
  newFrom: "New message from {who}",
  deleteData: "Delete my data",
  deleteSure: "Delete this conversation for good? It cannot be brought back.",
  deleteYes: "Delete for good",
  deleteNo: "Keep it",
  deleted: "This conversation has been deleted.",
} satisfies Record<string, Template>;
