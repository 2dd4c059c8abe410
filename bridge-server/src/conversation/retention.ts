import type { EntryBody, NoteBody } from "./records.ts";

/** What is kept of a conversation for different lengths of time. */
export const dataClasses = ["messages", "context", "contact", "files"] as const;
export type DataClass = (typeof dataClasses)[number];

/** What becomes of everything that is kept of a conversation when its time is over. The same object says that it stays as it is. */
export interface Forgetting {
  entry(body: EntryBody): EntryBody;
  note(body: NoteBody): NoteBody;
}

/**
 * `messages`: every word that somebody said or wrote. `context`: what the assistant knew at a handoff, or a phone call brought. `contact`: who the visitor is and
 * how they are reached. `files`: that there were files, beside the files themselves. When things happened, and how handoffs went, stays.
 */
export const forgetting: Record<DataClass, Forgetting> = {
  messages: {
    entry(body) {
      if (body.type !== "said" || isWordless(body)) return body;
      const { type, id, by, name, format } = body;
      return { type, id, by, ...(name !== undefined && { name }), text: "", format };
    },
    note(body) {
      if (body.type === "handoff_initiated" && body.utterance !== null) return { ...body, utterance: null };
      if (body.type === "rated" && body.comment !== null) return { ...body, comment: null };
      if (body.type === "outcome_reported" && body.wrapUp !== null) return { ...body, wrapUp: null };
      return body;
    },
  },
  context: {
    entry: (body) => body,
    note(body) {
      if (body.type !== "context") return body;
      const { look } = body;
      if (look.state === "brought" && isAnything(look.data)) return { ...body, look: { ...look, data: {} } };
      if (look.state === "found" && isAnything(look.context.data))
        return { ...body, look: { ...look, context: { ...look.context, data: {} } } };
      return body;
    },
  },
  contact: {
    entry: (body) => body,
    note(body) {
      if (body.type === "page_told" && Object.keys(body.attributes).length > 0) return { ...body, attributes: {} };
      if (body.type !== "conversation_began") return body;
      const { identity, reached, page, attributes, ...visitor } = body.visitor;
      return identity || reached || page || attributes ? { ...body, visitor: { ...visitor, page: null } } : body;
    },
  },
  files: {
    entry(body) {
      if (body.type !== "said" || body.file?.state !== "kept") return body;
      return { ...body, file: { state: "lost", name: body.file.name } };
    },
    note: (body) => body,
  },
};

const isAnything = (data: object) => Object.keys(data).length > 0;
const isWordless = (said: Extract<EntryBody, { type: "said" }>) => said.text === "" && !said.rich && !said.file;
