import { readHostPort, schemeOf } from "./uri.ts";

// What stands in the header fields that a transaction goes by (RFC 3261 §25.1). Everything is read in one pass, however hostile it is.

export const TOKEN = "[\\w.!%*+`'~-]+";
const A_TOKEN = new RegExp(`^${TOKEN}$`);
/** Its value may be any word: many who call write `=` or `@` into a tag or a branch, and a call is not lost for that. */
const PARAMETER = new RegExp(`;\\s*(${TOKEN})\\s*(?:=\\s*("(?:[^"\\\\]|\\\\.)*"|[^\\s;,"<>]+)\\s*)?`, "y");
const VIA = new RegExp(`^SIP\\s*/\\s*2\\.0\\s*/\\s*(${TOKEN})\\s+(\\[[^\\]\\s]*\\]|[^\\s;:]+)(?:\\s*:\\s*(\\d{1,5}))?\\s*(?=;|$)`, "i");
const CSEQ = new RegExp(`^(\\d{1,10})\\s+(${TOKEN})$`);
const CALL_ID = /^[\w.!%*+`'~()<>:\\"/[\]?{}-]+(?:@[\w.!%*+`'~()<>:\\"/[\]?{}-]+)?$/;

/** One hop that a message has taken. */
export interface Via {
  transport: string;
  /** Where it says it was sent from. */
  host: string;
  port: number | null;
  /** In lower case, as they came; `null`: no value. */
  parameters: Map<string, string | null>;
  /** From where on it makes no sense. */
  rest: string;
}

/** Who calls, or is called. */
export interface Address {
  uri: string;
  tag: string | null;
}

/** `null`: it does not even say where it was sent from. */
export function readVia(value: string): Via | null {
  const head = VIA.exec(value);
  if (!head) return null;
  const [whole, transport = "", name = "", digits] = head;
  const place = readHostPort(digits === undefined ? name : `${name}:${digits}`);
  return place && { transport, ...place, ...readParameters(value.slice(whole.length)) };
}

/** `null`: it is written wrongly. */
export function readAddress(value: string): Address | null {
  const text = value.trim();
  const quoted = /^"(?:[^"\\]|\\.)*"\s*/.exec(text)?.[0] ?? "";
  const rest = text.slice(quoted.length);
  const open = rest.indexOf("<");
  if (open === -1) {
    const [uri = ""] = /^[^;\s]*/.exec(rest)!; // matches the empty text too
    return quoted !== "" || /[,?]/.test(uri) ? null : addressOf(uri, rest.slice(uri.length));
  }
  const name = rest.slice(0, open).trim();
  if (name !== "" && (quoted !== "" || !name.split(/\s+/).every((word) => A_TOKEN.test(word)))) return null;
  const close = rest.indexOf(">", open);
  return close === -1 ? null : addressOf(rest.slice(open + 1, close), rest.slice(close + 1));
}

function addressOf(uri: string, parameters: string): Address | null {
  const read = readParameters(parameters);
  return read.rest === "" && schemeOf(uri) !== null ? { uri, tag: read.parameters.get("tag") ?? null } : null;
}

export function readCSeq(value: string): { number: number; method: string } | null {
  const [, digits, method = ""] = CSEQ.exec(value) ?? [];
  const number = Number(digits);
  return number < 2 ** 31 ? { number, method } : null; // NaN is not
}

/** A whole number from 0 to `most`; `null`: it is none. */
export function readNumber(value: string, most: number): number | null {
  return /^\d+$/.test(value) && Number(value) <= most ? Number(value) : null;
}

export const isToken = (value: string) => A_TOKEN.test(value);
export const isCallId = (value: string) => CALL_ID.test(value);

/** The values of a field that may hold several, with commas between them. */
export function listed(value: string): string[] {
  const values: string[] = [];
  let from = 0;
  let within: "" | '"' | "<" = "";
  for (let at = 0; at < value.length; at++) {
    const letter = value[at];
    if (within === '"' && letter === "\\") at++;
    else if (within === '"') within = letter === '"' ? "" : within;
    else if (letter === '"') within = '"';
    else if (within === "<") within = letter === ">" ? "" : within;
    else if (letter === "<") within = "<";
    else if (letter === ",") {
      values.push(value.slice(from, at).trim());
      from = at + 1;
    }
  }
  values.push(value.slice(from).trim());
  return values;
}

function readParameters(text: string): Pick<Via, "parameters" | "rest"> {
  const parameters: Via["parameters"] = new Map();
  let at = text.length - text.trimStart().length;
  while (at < text.length) {
    PARAMETER.lastIndex = at;
    const one = PARAMETER.exec(text);
    if (!one) break;
    const [whole, name = "", value = null] = one;
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
    at += whole.length;
  }
  return { parameters, rest: text.slice(at) };
}
