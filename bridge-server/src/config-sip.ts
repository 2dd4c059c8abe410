import { isIP } from "node:net";
import * as z from "zod";
import { isOurs } from "./sip/headers.ts";
import { readHostPort, readSipUri, schemeOf } from "./sip/uri.ts";

/** A field of what the assistant stores; dots lead into what is nested. */
export const Field = z.string().regex(/^[\w.]{1,100}$/, { error: "is no field of a context: write its name, such as customer_id" });

/** What a phone call carries in its headers, both ways: see `sip.md`. */
export const SipSetting = z
  .strictObject({
    headers: z
      .array(
        z.strictObject({
          name: z.string().refine(isOurs, {
            error: "is no header for a context: write X- and letters, digits or dashes, such as X-Customer-Id, or User-to-User",
          }),
          /** A text with `$field` for what the context holds. */
          value: z
            .string()
            .min(1, { error: "is empty: write a text, or $ and a field, such as $customer_id" })
            .max(500)
            .refine((value) => !/\p{Cc}/u.test(value), { error: "has a line break or another control character" }),
          /** In bytes. */
          longest: z.int().min(1).max(1_024).default(256),
        }),
      )
      .max(40)
      .default([])
      .superRefine((headers, context) => {
        const seen = new Set<string>();
        for (const [at, { name }] of headers.entries()) {
          if (seen.has(name.toLowerCase()))
            context.addIssue({ code: "custom", path: [at, "name"], message: "stands there twice", input: name });
          seen.add(name.toLowerCase());
        }
      }),
    required: z.array(Field).max(40).default([]),
    /** Names and numbers under which calls reach this site. Left out: any, where no other site takes calls. */
    called: z
      .array(
        z.string().regex(/^[^\s@:;<>"]{1,64}$/, {
          error: "is neither a name nor a number that is called: write one such as shop or +442071838750",
        }),
      )
      .default([]),
  })
  .prefault({});

/** Where a call goes that a route takes. */
export const CallTarget = z
  .string()
  .refine((uri) => (/^tel:/i.test(uri) ? schemeOf(uri) === "tel" : /^sip:/i.test(uri) && readSipUri(uri)?.headers === ""), {
    error: "is nowhere that a call can go: write sip:refunds@sbc.example.com or tel:+442071838750",
  })
  .transform((uri) => uri.replace(/^sip:|^tel:/i, (scheme) => scheme.toLowerCase()))
  .nullable()
  .default(null);

/** Where calls come in, and from whom: see `sip.md`. */
export const SipServerSetting = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  /** 0: any that is free. */
  port: z.int().min(0).max(65_535).default(5_060),
  transports: z
    .array(z.enum(["udp", "tcp"]))
    .min(1, { error: 'is empty: write "udp", "tcp" or both' })
    .default(["udp", "tcp"]),
  /** Addresses and networks that calls come from: your proxies, and nobody else. */
  allow: z.array(z.string().superRefine(checkNetwork)).min(1, { error: "is empty: write the addresses of your proxies, such as 10.1.0.5" }),
  /** What leads to the telephone network. Left out: phone numbers are given as `tel:`. */
  gateway: z
    .string()
    .refine((given) => readHostPort(given) !== null, {
      error: "is no host: write its name, such as sbc.example.com or sbc.example.com:5080",
    })
    .nullable()
    .default(null),
  /** Where an answer carries what the site maps: in headers of its own, or in the address, for whoever follows it to send. */
  headersIn: z.enum(["answer", "contact"]).default("answer"),
  /** What one address may ask for. */
  perSource: z.strictObject({ perSecond: z.int().min(1).default(400), burst: z.int().min(1).default(800) }).prefault({}),
  /** Asks whoever calls are sent to whether they take any. Left out: nobody is asked, since not every network lets the bridge get there. */
  health: z.strictObject({ everySeconds: z.int().min(1).max(3_600).default(30) }).optional(),
  /** Calls at the same time. Each is remembered for five seconds after its end, and for half a minute without one. */
  maxCalls: z.int().min(1).max(1_000_000).default(20_000),
});

interface Written {
  sip?: z.output<typeof SipServerSetting> | undefined;
  sites: Record<string, { sip: { called: string[] }; routes: { sip: string | null }[]; defaultRoute: { sip: string | null } }>;
}

/** What would let calls go nowhere, or to a site that nobody chose. */
export function checkCalls({ sip, sites }: Written): string[] {
  if (!sip) return [];
  const taking = Object.entries(sites).filter(([, { routes, defaultRoute }]) => [...routes, defaultRoute].some((one) => one.sip !== null));
  if (taking.length === 0) return ["sip: is on, but no site has anywhere for calls to go: write defaultRoute.sip of a site"];
  const owners = new Map<string, string>();
  return taking.flatMap(([name, { sip: own, defaultRoute }]) => {
    const at = `sites.${name}`;
    const mistakes: string[] = [];
    if (defaultRoute.sip === null)
      mistakes.push(
        `${at}.defaultRoute.sip: is missing, and a call that no route takes would go nowhere: write sip:general@sbc.example.com`,
      );
    if (own.called.length === 0 && taking.length > 1)
      mistakes.push(`${at}.sip.called: is empty, and other sites take calls too: write the names or numbers that are called for this one`);
    for (const [n, user] of own.called.entries()) {
      const owner = owners.get(user);
      if (owner !== undefined) mistakes.push(`${at}.sip.called[${n}]: is what ${owner} is already: each belongs to one site`);
      else owners.set(user, `${at}.sip.called[${n}]`);
    }
    return mistakes;
  });
}

/** Whoever may send a datagram may write any address into it, so a list of everybody would make the bridge answer strangers on others' behalf. */
function checkNetwork(given: string, context: z.core.$RefinementCtx<string>): void {
  const [address = "", bits, ...more] = given.split("/");
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  const isNetwork = family !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest));
  const say = (message: string) => context.addIssue({ code: "custom", message, input: null });
  if (!isNetwork) say("is no address and no network: write one such as 10.1.0.5 or 10.1.0.0/16");
  else if (bits !== undefined && Number(bits) < (family === 4 ? 8 : 16))
    say("is a good part of the internet: name the addresses of your proxies");
}
