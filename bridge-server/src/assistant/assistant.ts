/**
 * The automated side. It answers one line at a time, and a question asked twice may be answered, and acted upon, twice:
 * whoever calls `answer` never repeats it unless the error says that nothing arrived.
 * Errors are `CallError`s; `gone` means that the assistant's chat is over.
 */
export interface Assistant {
  /** Begins an automated conversation. Its first words are the greeting, which may be empty. */
  begin(start: Start): Promise<Answer>;
  /** The answer to one line. `text: null` collects an answer that was announced with `more`. */
  answer(turn: Turn): Promise<Answer>;
  /** Tells the assistant that the conversation is over. Ending an ended one succeeds. */
  end(chat: string): Promise<void>;
  /** One look at what the assistant stored for the person. Does not wait for it to appear. */
  context(of: { chat: string | null; sharedId: string }): Promise<ContextAnswer>;
}

export interface Start {
  /** Minted by the bridge, unguessable; the handoff's context is found by it. */
  sharedId: string;
  /** BCP 47, the visitor's. */
  language: string | null;
  page: { url: string; title: string } | null;
  /** What else the page says of the visitor. */
  attributes?: Record<string, string>;
  /** What the visitor speaks through and from which address, where that is no page. */
  through?: { channel: "whatsapp" | "sms" | "api"; address: string };
  /** Who the visitor is, by the site's own word. All else was told by the page. */
  identity?: { id: string; name: string | null; email: string | null; attributes: Record<string, string> };
}

export interface Turn {
  chat: string;
  text: string | null;
  language: string | null;
}

export interface Answer {
  chat: string;
  text: string;
  /** More will come: ask again with `text: null`. */
  more: boolean;
  next: AssistantMove | null;
  /** BCP 47, when the assistant says which language it goes on in. */
  language: string | null;
  rich: Rich;
}

export type AssistantMove =
  | { type: "end" }
  /** `destination: null`: the assistant named none. `reason: null`: none, or only the destination's name again. */
  | { type: "hand_off"; destination: string | null; reason: string | null };

/** What an answer may carry beside words. Empty lists when there is nothing. */
export interface Rich {
  suggestions: { text: string; payload: string | null }[];
  attachments: { title: string; url: string; imageUrl: string | null; kind: "link" | "image"; action: string | null }[];
  calls: { title: string; number: string }[];
}

export type ContextAnswer =
  | { state: "found"; source: "shared_id" | "id"; data: Record<string, unknown> }
  /** Nothing is stored under either name, or not yet. */
  | { state: "missing" }
  /** What is stored there belongs to another conversation (T53). */
  | { state: "foreign" };
