import { parse, YAMLError, type Tags } from "yaml";
import * as z from "zod";
import { DestinationsSetting, documentOf, type Destinations, type DestinationsDocument } from "./config-destinations.ts";
import { CallTarget } from "./config-sip.ts";
import { PhoneNumber } from "./config-texts.ts";
import { nameOf, siteNameOf } from "./conversation/routing.ts";

/** A draft, and what was made of each thing that the file says: in sentences, and nothing is left out of both lists. */
export interface Imported {
  document: DestinationsDocument;
  taken: string[];
  left: string[];
}

/** More than any agent has handoffs for. */
export const MAX_YAML_CHARACTERS = 64 * 1024;

/** The file is not one that can be read; the message says why, and what to do. */
export class UnreadableYaml extends Error {
  override name = "UnreadableYaml";
}

/**
 * Adds a route for each handoff of PolyAI's `config/handoffs.yaml` (https://docs.poly.ai, `/adk/reference/handoffs`) to a site's
 * destinations. The file knows no queues, so each new route leads where the default route does until somebody says otherwise. A
 * destination that has a route keeps it. Throws `UnreadableYaml`.
 */
export function importPolyai(text: string, into: Destinations): Imported {
  const { handoffs, left } = handoffsIn(text);
  const routes: z.input<typeof DestinationsSetting>["routes"] & {} = [...into.routes];
  let calls = into.defaultRoute.sip;
  const place = nameOf(into.defaultRoute.to);
  const taken: string[] = [];
  for (const [at, given] of handoffs.entries()) {
    const handoff = Handoff.safeParse(given).data;
    if (!handoff) {
      left.push(`Handoff ${at + 1} has no name, by which a route would be found: it is not taken.`);
      continue;
    }
    const { name, description, is_default: isDefault } = handoff;
    const called = JSON.stringify(name);
    const known = siteNameOf({ routes }, name);
    if (known !== null) {
      left.push(`${called} has a route already${known === name ? "" : `, as ${JSON.stringify(known)}`}: that stays as it is.`);
      continue;
    }
    const { sip, said } = callsOf(handoff);
    left.push(...said.map((sentence) => `${called}: ${sentence}`), ...unknownIn(called, given, handoff));
    routes.push({ destination: name, description: description?.trim() || null, to: into.defaultRoute.to, sip });
    taken.push(`${called} is a route to ${place} for now${andCalls(sip)}: choose who takes it.`);
    if (isDefault !== true) continue;
    const isWithout = calls === null;
    calls ??= sip;
    taken.push(`${called} is the default at PolyAI: here, what no route takes goes to ${place}${isWithout ? andCalls(sip) : ""}.`);
  }
  const { success, data } = DestinationsSetting.safeParse({
    ...documentOf(into),
    routes,
    defaultRoute: { ...into.defaultRoute, sip: calls },
  });
  if (!success) throw new UnreadableYaml(`This would make ${routes.length} routes, which is more than a site can have.`);
  return { document: documentOf(data), taken, left };
}

const andCalls = (sip: string | null) => (sip === null ? "" : `, and calls to ${sip}`);

const Word = z.string().nullish().catch(null);
const Handoff = z.looseObject({
  name: z.string().trim().min(1).max(200),
  description: Word,
  is_default: z.boolean().nullish().catch(null),
  sip_config: z
    .looseObject({
      method: Word,
      phone_number: Word,
      outbound_endpoint: Word,
      outbound_encryption: Word,
    })
    .nullish()
    .catch(null),
  sip_headers: z
    .array(z.looseObject({ key: Word, value: Word }))
    .nullish()
    .catch(null),
});
type Handoff = z.output<typeof Handoff>;

function handoffsIn(text: string): { handoffs: unknown[]; left: string[] } {
  if (text.length > MAX_YAML_CHARACTERS)
    throw new UnreadableYaml(`This is longer than ${MAX_YAML_CHARACTERS} characters: leave out what is not about handoffs.`);
  const read = parsed(text);
  if (Array.isArray(read)) return { handoffs: read, left: [] };
  const { handoffs, ...rest } = z.record(z.string(), z.unknown()).catch({}).parse(read);
  if (!Array.isArray(handoffs))
    throw new UnreadableYaml('This holds no list of handoffs: paste the file config/handoffs.yaml, which begins with "handoffs:".');
  return { handoffs, left: Object.keys(rest).map((key) => `${JSON.stringify(key)} is not about handoffs: it is not taken.`) };
}

/**
 * Plain data only: no tags, no merging, and no aliases, with which a short file can hold a very long one. Numbers stay as they are
 * written: the plus of +442071838750 matters, and few put it in quotes.
 */
function parsed(text: string): unknown {
  try {
    return parse(text, { schema: "core", customTags: withoutNumbers, merge: false, maxAliasCount: 0, uniqueKeys: true, logLevel: "error" });
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableYaml("This is nested too deeply to be a list of handoffs.", { cause: error });
    if (error instanceof ReferenceError)
      throw new UnreadableYaml("This repeats parts of itself by aliases (&name, *name): write them out.", { cause: error });
    if (!(error instanceof YAMLError)) throw error;
    const place = error.linePos?.[0];
    throw new UnreadableYaml(
      `This is not YAML${place ? `, at line ${place.line}, column ${place.col}` : ""}: ${error.code.toLowerCase().replaceAll("_", " ")}.`,
      { cause: error },
    );
  }
}

const withoutNumbers = (tags: Tags) => tags.filter((tag) => typeof tag === "string" || !/:(int|float)$/.test(tag.tag));

/** Where a call goes, as far as the file says so; and what cannot be taken of that. */
function callsOf({ sip_config: config, sip_headers: headers }: Handoff): { sip: string | null; said: string[] } {
  const said: string[] = [];
  const { method, phone_number: number, outbound_endpoint: endpoint, outbound_encryption: encryption } = config ?? {};
  const written = number?.trim() ?? "";
  const sip = PhoneNumber.safeParse(written).success ? `tel:${written}` : (CallTarget.safeParse(written || null).data ?? null);
  if (method?.toLowerCase() === "bye")
    said.push("its method bye ends the call, which no route does. It is a route all the same: remove it if nobody should be asked.");
  else if (method && !/^(refer|invite)$/i.test(method)) said.push(`its method ${JSON.stringify(method)} is not known here, and not taken.`);
  if (written !== "" && sip === null)
    said.push(
      `its phone_number ${JSON.stringify(written)} is neither an international number, such as +442071838750, nor a SIP address: it is not taken.`,
    );
  if (endpoint)
    said.push(
      `its outbound_endpoint ${JSON.stringify(endpoint)} is not taken: where calls leave for the telephone network is sip.gateway in the configuration.`,
    );
  if (encryption)
    said.push(`its outbound_encryption ${JSON.stringify(encryption)} is not taken: your proxies settle that with each other.`);
  for (const { key, value } of headers ?? []) {
    const header = JSON.stringify({ name: key ?? "", value: value ?? "" });
    said.push(
      `its SIP header ${JSON.stringify(key ?? "")} is not taken, as headers are set for the whole site: add ${header} to its sip.headers in the configuration.`,
    );
  }
  return { sip, said };
}

/** What the file says that nobody here knows, or in another form than it has there. */
function unknownIn(called: string, given: unknown, handoff: Handoff): string[] {
  const said: string[] = [];
  const look = (where: string, raw: unknown, known: object) => {
    for (const [key, value] of Object.entries(raw ?? {})) {
      const path = where + key;
      if (!FIELDS.has(path)) said.push(`${called}: the field ${path} is not known here, and not taken.`);
      else if (value != null && (known as Record<string, unknown>)[key] == null)
        said.push(`${called}: the field ${path} is not what it is at PolyAI, and not taken.`);
    }
  };
  look("", given, handoff);
  look("sip_config.", (given as { sip_config?: unknown }).sip_config, handoff.sip_config ?? {});
  for (const header of handoff.sip_headers ?? []) look("sip_headers.", header, header);
  return said;
}
const FIELDS = new Set([
  "name",
  "description",
  "is_default",
  "sip_config",
  "sip_config.method",
  "sip_config.phone_number",
  "sip_config.outbound_endpoint",
  "sip_config.outbound_encryption",
  "sip_headers",
  "sip_headers.key",
  "sip_headers.value",
]);
