import type { Context, HandoffRequest, Line, ToldContext } from "./connector.ts";

/** How much of a handoff's story a platform takes. */
export interface Room {
  /** Fields of the chat or ticket, for rules and reports there: how many, how long a value, how many bytes as JSON, and where the owner chose them, which. `null`: it has none. */
  attributes: { count: number; valueLength: number; bytes: number; only?: string[] } | null;
  /** The longest text that only agents read, in characters. */
  noteLength: number;
}

export interface Brief {
  attributes: Record<string, string>;
  /** Everything in one text, best first, with the end of what was said. */
  note: string;
  /** What is in neither, by name. */
  dropped: string[];
}

/** What was said gets this part of a note at least, however much there is to know besides. */
const TRANSCRIPT_SHARE = 1 / 3;
/** A longer value is cut in a note, and named among what was dropped. */
const LONGEST_VALUE = 2_000;
const DEEPEST = 4;

/**
 * What a person should know who takes over, within a platform's limits: why, who is verified to be asking, the identifiers, what else
 * was collected, the summary, and the end of the conversation. Nothing in it can pass for another line of it.
 */
export function briefOf(request: HandoffRequest, room: Room): Brief {
  const fields = fieldsOf(request);
  const attributes = room.attributes ? fitting(fields, room.attributes) : {};
  const said = request.transcript.map(asSaid);
  const saidLength = said.reduce((sum, line) => sum + line.length + 1, SAID.length);
  const head = headOf(request);
  const forFields = room.noteLength - head.length - Math.min(saidLength, Math.floor(room.noteLength * TRANSCRIPT_SHARE));
  const written = writeFields(fields, forFields);
  const intro = [head, written.text].filter(Boolean).join("\n");
  const tail = newest(said, room.noteLength - intro.length - SAID.length);
  return {
    attributes,
    note: tail.lines.length === 0 ? intro : `${intro}${SAID}${tail.lines.join("\n")}`,
    dropped: [...written.dropped.filter((key) => attributes[attributeName(key)] === undefined), ...tail.dropped],
  };
}

/** As much of a text from its beginning as is so long at most. No character is cut in two, which some platforms would refuse. */
export function beginningOf(text: string, length: number): string {
  const isWithinOne = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(length));
  return text.slice(0, isWithinOne ? length - 1 : length);
}

/** What goes into the fields that an owner chose for parts of the context, each with its field. */
export function chosen<Field>(attributes: Brief["attributes"], fields: Record<string, Field>): [Field, string][] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = attributes[attributeName(name)];
    return value === undefined ? [] : [[field, value]];
  });
}

/** The topic's own state as a platform's tag (A8): letters, digits and underscores, at most 60. `null`: it has none. */
export function topicTag(context: Context | null): string | null {
  const tag = (context?.topicState ?? "").toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "_");
  return beginningOf(tag.replaceAll(/^_|_$/g, ""), 60) || null;
}

/** What came after the request, as a note of its own. */
export function lateNote(late: Context | ToldContext, noteLength: number): string {
  const fields = late.source === "page" ? told({ attributes: late.data.told_not_proven }) : leaves(late.data);
  return writeFields(fields, noteLength).text;
}

/** A text in pieces that a platform takes, parted between lines where that is possible. */
export function pagesOf(text: string, length: number): string[] {
  const pages: string[] = [];
  let rest = text;
  while (rest.length > length) {
    const end = rest.lastIndexOf("\n", length);
    const at = end > 0 ? end : beginningOf(rest, length).length;
    pages.push(rest.slice(0, at));
    rest = rest.slice(end > 0 ? at + 1 : at);
  }
  return rest === "" ? pages : [...pages, rest];
}

/** The same where only the visitor's side can write: each piece says that it is none of theirs. */
export function pagesInVisitorsName(text: string, length: number): string[] {
  const pages = pagesOf(text, length - FOR_AGENT(99, 99).length);
  return pages.map((page, n) => `${FOR_AGENT(n + 1, pages.length)}${page}`);
}

const FOR_AGENT = (n: number, of: number) => `[For you, from the chat on the website: the visitor has not written this. ${n} of ${of}]\n`;

const SAID = "\n\nSaid before:\n";

interface Field {
  key: string;
  text: string;
}

function headOf({ isVisitorWaiting, visitor }: HandoffRequest): string {
  if (isVisitorWaiting) return "";
  if (visitor.phone) return `The visitor has gone and wants to be called back. Call ${oneLine(visitor.phone)}.`;
  const where = visitor.email ?? visitor.reached?.address;
  return `The visitor has gone and has left a message. Answer ${where ? oneLine(where) : "elsewhere"}, not here.`;
}

function fieldsOf({ requested, visitor, ids, context, utterance }: HandoffRequest): Field[] {
  const known = leaves(context?.data ?? {});
  const first = (wanted: RegExp) => known.filter(({ key }) => wanted.test(key));
  const ordered = [
    ...present({ reason: requested.reason ?? requested.destination, destination: requested.destination, requested_by: requested.by }),
    ...verified(visitor),
    ...present(visitor.reached ? { visitor_address: visitor.reached.address, channel: visitor.reached.channel } : {}),
    ...first(/verif|authent|identit/i),
    ...present(visitor.identity ? {} : { name: visitor.name, email: visitor.email }),
    ...first(/(^|[._])(id|number|no|ref|reference|order|account|customer|policy|email|phone|name)$/i),
    ...known.filter(({ key }) => !/summary/i.test(key)),
    ...first(/summary/i),
    ...present({
      last_words: utterance,
      language: visitor.language,
      page_told_not_proven: visitor.page?.url ?? null,
    }),
    ...told(visitor),
    ...present({
      conversation: ids.conversation,
      shared_id: ids.sharedId,
      assistant_chat: ids.assistantChat,
    }),
  ];
  const places = new Map<string, Field>();
  for (const field of ordered) if (!places.has(field.key)) places.set(field.key, field);
  return [...places.values()];
}

/** What the site has signed stands under names of its own, so that nothing that was only told can take its place. */
function verified({ identity }: HandoffRequest["visitor"]): Field[] {
  if (!identity) return [];
  const { id, name, email, attributes } = identity;
  const signed = Object.entries({ id, name, email, ...attributes }).map(([key, value]) => [`signed_by_site.${key}`, value] as const);
  return present(Object.fromEntries(signed));
}

/** As little as what the page is called, this is nobody's word but the page's, and it is called so. */
function told({ attributes = {} }: { attributes?: Record<string, string | null> }): Field[] {
  return present(
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`told_not_proven.${name}`, value ?? "(taken back)"])),
  );
}

function present(fields: Record<string, string | null>): Field[] {
  return Object.entries(fields).flatMap(([key, text]) => (text ? [{ key, text: oneLine(text) }] : []));
}

/** The ends of a tree, each under its path. Whatever is nothing is left out. */
function leaves(value: unknown, path: string[] = []): Field[] {
  if (value === null || value === undefined || value === "") return [];
  const isTree = typeof value === "object" && !Array.isArray(value) && path.length < DEEPEST;
  if (isTree) return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  return [{ key: oneLine(path.join(".")), text: oneLine(typeof value === "string" ? value : JSON.stringify(value)) }];
}

function fitting(fields: Field[], room: NonNullable<Room["attributes"]>): Record<string, string> {
  const attributes: Record<string, string> = {};
  const wanted = room.only && new Set(room.only.map(attributeName));
  for (const { key, text } of fields) {
    if (wanted && !wanted.has(attributeName(key))) continue;
    const more = { ...attributes, [attributeName(key)]: text };
    const fits = Object.keys(more).length <= room.count && Buffer.byteLength(JSON.stringify(more)) <= room.bytes;
    if (fits && text.length <= room.valueLength) Object.assign(attributes, more);
  }
  return attributes;
}

const attributeName = (key: string) => key.replaceAll(/[^A-Za-z0-9_]+/g, "_");

function writeFields(fields: Field[], length: number): { text: string; dropped: string[] } {
  const lines: string[] = [];
  const dropped: string[] = [];
  let left = length;
  for (const { key, text } of fields) {
    const line = `${key}: ${beginningOf(text, LONGEST_VALUE)}`;
    if (line.length + 1 <= left) {
      lines.push(text.length > LONGEST_VALUE ? `${line}…` : line);
      left -= line.length + 2;
    }
    if (lines.at(-1) !== line) dropped.push(key);
  }
  return { text: lines.join("\n"), dropped };
}

/** Its own line breaks are set in, so that nobody can write a line that seems to be somebody else's. */
function asSaid({ by, name, text }: Line): string {
  const who = { visitor: "Visitor", assistant: "Assistant", agent: "Agent" }[by];
  return `${who}${name && by === "agent" ? ` (${oneLine(name)})` : ""}: ${text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, "\n    ")}`;
}

/** The newest lines that there is room for. Where there is not even room for the last one, which is worth most, as much of it as there is. */
function newest(lines: string[], length: number): { lines: string[]; dropped: string[] } {
  let left = length;
  const tooMany = lines.findLastIndex((line) => (left -= line.length + 1) < 0) + 1;
  if (tooMany === 0) return { lines, dropped: [] };
  const isLastCut = tooMany === lines.length && length > 1;
  const first = isLastCut ? tooMany - 1 : tooMany;
  const last = isLastCut ? [`${beginningOf(lines[first] ?? "", length - 1)}…`] : [];
  const dropped = first === 0 ? [] : [`the first ${first} of ${lines.length} lines`];
  return { lines: [...lines.slice(tooMany), ...last], dropped: isLastCut ? [...dropped, "the end of the last line"] : dropped };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
