import { AskForPerson } from "./view/AskForPerson.tsx";
import { Avatar } from "./view/Avatar.tsx";
import { before } from "./view/before.tsx";
import { noticeText } from "./view/notice-text.ts";
import type { LaterParts } from "./view/parts.ts";
import { plainText } from "./view/plain-text.ts";
import { Picture } from "./view/Picture.tsx";
import { renderBubble, renderText } from "./view/text.ts";
import { Typing } from "./view/Typing.tsx";
import { Under } from "./view/Under.tsx";
import { Suggestions, Welcome } from "./view/Welcome.tsx";

/** What is drawn by what is loaded later, without its styles and sentences. */
export const laterParts: LaterParts = {
  AskForPerson,
  Avatar,
  before,
  noticeText,
  Picture,
  plainText,
  renderBubble,
  renderText,
  Suggestions,
  Typing,
  Under,
  Welcome,
};
