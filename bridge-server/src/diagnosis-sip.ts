import { createSocket } from "node:dgram";
import { resolveSrv, lookup } from "node:dns/promises";
import { once } from "node:events";
import { isIP, isIPv6 } from "node:net";
import { systemClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { bad, good, type Finding } from "./diagnosis.ts";
import { newId } from "./random.ts";
import { askOptions } from "./sip/asking.ts";
import { lookOverNetwork, type Look } from "./sip/health.ts";
import { serverOf } from "./sip/machines.ts";
import { readSipUri } from "./sip/uri.ts";

/** What is asked of the network around. */
export interface SipWorld {
  /** Whether a name leads anywhere that can be called: by an address, or by a SIP server's record (RFC 3263). */
  isKnown(host: string): Promise<boolean>;
  /** What is at that place, over UDP: a server that redirects calls, somebody else, nobody who answers, or nobody at all. */
  whoIsAt(host: string, port: number): Promise<"redirects" | "another" | "silent" | "free">;
  /** Whether calls are taken at a server, asked once. */
  look: Look;
}

const ABOUT = "Calls";
const ANSWER_WITHIN_MS = 2_000;

/** Where calls come in, and whether there is anything where they go. */
export async function checkCalls({ sip, sites }: Pick<Config, "sip" | "sites">, world: SipWorld = network): Promise<Finding[]> {
  if (!sip) return [];
  const here = await doorOf(sip, world);
  const targets = Object.entries(sites).flatMap(([name, { routes, defaultRoute }]) =>
    [...routes, defaultRoute].flatMap(({ sip: uri }) => (uri === null ? [] : [{ name, uri }])),
  );
  const gateway = sip.gateway === null ? [] : [{ name: null, uri: `sip:${sip.gateway}` }];
  const places = new Map([...targets, ...gateway].map((one) => [one.uri, one]));
  const findings = [...places.values()].map(async ({ name, uri }): Promise<Finding[]> => {
    const place = readSipUri(uri);
    if (place === null) return []; // a phone number: whoever follows it knows how to call it
    const host = place.host.replace(/^\[|\]$/g, "");
    const about = name === null ? `${ABOUT}: gateway` : `Site ${name}: calls`;
    if (host === sip.host && (place.port ?? 5_060) === sip.port)
      return [bad(about, { says: `${uri} is this bridge: calls would come back.`, next: "Write where people take them." })];
    const server = sip.health && serverOf(uri);
    if (server) return [answering(about, uri, await world.look(server))];
    if (await world.isKnown(host)) return [good(about, `${uri} leads to a machine that can be found.`)];
    return [bad(about, { says: `${uri}: there is no ${host}.`, next: "Correct its name, or whoever follows the redirect calls nobody." })];
  });
  return [here, ...(await Promise.all(findings)).flat()];
}

/** What the bridge would make of it, which asks by `sip.health`. */
function answering(about: string, uri: string, found: Awaited<ReturnType<Look>>): Finding {
  switch (found) {
    case null:
      return good(about, `${uri} answers, and takes calls.`);
    case "unsure":
      return {
        about,
        state: "doubtful",
        says: `${uri}: its name cannot be looked up now.`,
        next: "Look again when the name server answers.",
      };
    case "no_such_name":
      return bad(about, {
        says: `${uri}: there is nobody of that name.`,
        next: "Correct it: calls go elsewhere as long as it is like this.",
      });
    case "unavailable":
      return bad(about, {
        says: `${uri} says that it takes no calls now.`,
        next: "Look at it there: calls go elsewhere as long as it does.",
      });
    case "no_answer": {
      const next = "Let OPTIONS from this machine through to it, or take sip.health out: calls go elsewhere as long as it is silent.";
      return bad(about, { says: `${uri} does not answer this machine.`, next });
    }
  }
}

async function doorOf({ host, port, allow }: NonNullable<Config["sip"]>, world: SipWorld): Promise<Finding> {
  if (port === 0)
    return { about: ABOUT, state: "doubtful", says: "They are taken on a port that changes.", next: "Write one into `sip.port`." };
  const at = `${host}:${port}`;
  switch (await world.whoIsAt(host, port)) {
    case "redirects":
      return good(ABOUT, `${at} answers, and redirects calls.`);
    case "free":
      return good(ABOUT, `${at} is free. Once the bridge runs, it takes calls there from ${allow.join(", ")}.`);
    case "another":
      return bad(ABOUT, { says: `Something else answers at ${at}.`, next: "Stop it, or write another `sip.port`." });
    case "silent": {
      const says = `${at} is taken, and does not answer this machine.`;
      return { about: ABOUT, state: "doubtful", says, next: "Nothing, if it is the bridge and this machine is not in `sip.allow`." };
    }
  }
}

const network: SipWorld = {
  look: lookOverNetwork(systemClock, newId),

  async isKnown(host) {
    if (isIP(host)) return true;
    const found = [lookup(host), resolveSrv(`_sip._udp.${host}`), resolveSrv(`_sip._tcp.${host}`)];
    return (await Promise.allSettled(found)).some(({ status }) => status === "fulfilled");
  },

  async whoIsAt(host, port) {
    if (await isFree(host, port)) return "free";
    return ask({ "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host, port);
  },
};

async function isFree(host: string, port: number): Promise<boolean> {
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  try {
    socket.bind(port, host);
    await once(socket, "listening");
    return true;
  } catch {
    return false; // whoever has it, or that the address is not this machine's, is found out by asking
  } finally {
    socket.close();
  }
}

async function ask(host: string, port: number): Promise<"redirects" | "another" | "silent"> {
  const machine = { address: host, port, transport: "udp" as const };
  const uri = `sip:doctor@${isIPv6(host) ? `[${host}]` : host}`;
  const heard = await askOptions(machine, { clock: systemClock, newId, uri, withinMs: ANSWER_WITHIN_MS });
  if (heard === null) return "silent";
  return heard.status === 200 && /^Allow: INVITE, ACK, CANCEL, OPTIONS\r$/m.test(heard.text) ? "redirects" : "another";
}
