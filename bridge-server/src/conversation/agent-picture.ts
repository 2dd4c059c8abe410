import { hash } from "node:crypto";
import type { NoteBody } from "./records.ts";

/** What visitors call a picture of which they are not told where it is. */
export function pictureName(address: string): string {
  return hash("sha256", address, "base64url").slice(0, 22);
}

/** Where the picture of that name is, if somebody with that picture was ever in the conversation; else `null`. */
export function pictureIn(notes: NoteBody[], name: string): string | null {
  const people = notes.flatMap((note) => (note.type === "handoff_completed" || note.type === "agent_changed" ? [note.agent] : []));
  return people.map((agent) => agent?.picture).find((address) => address !== undefined && pictureName(address) === name) ?? null;
}
