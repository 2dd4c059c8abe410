import type { Template } from "./template.ts";

/** What is said about files. */
export const filesEnglish = {
  attach: "Attach a file",
  fileLimits: "{kinds}, up to {size}",
  dropHere: "Drop files here",
  filesToSend: "Files to send",
  cancel: "Cancel",
  fileTooLarge: "{name} is larger than {size}.",
  fileWrongKind: "{name} cannot be sent. These can: {kinds}.",
  fileEmpty: "{name} is empty.",
  filesTooMany: "At most {max} files at a time.",
  filesLater: "No more files can be sent for now. Please try again later.",
  filesWithPerson: "Files can be sent once a person is here.",
  filesNever: "Files cannot be sent in this chat.",
  fileNobody: "Nobody is here to take it any more.",
  fileRefused: "This file could not be accepted.",
  fileYours: "Your file",
  fileFrom: "File from {who}",
  fileEnlarge: "Enlarge {name}",
  fileSave: "Download",
  fileLost: "{name} was sent to you, but could not be passed on.",
  fileNotLoaded: "{name} could not be loaded. Please try again.",
} satisfies Record<string, Template>;
