// Which addresses a call may reach. Checked when the connection is opened, on the address that is then used: a name that
// resolves differently a moment later (rebinding) changes nothing.
import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";

const CONNECT_MS = 10_000;

/** The `code` of the error for an address that is not public. */
export const NOT_PUBLIC = "ENOTPUBLIC";

/** Opens connections to other companies' systems; to public addresses only, unless `allowPrivate`. */
export function createConnector({ allowPrivate, resolve = systemLookup }: EgressOptions): buildConnector.connector {
  // One request, one connection, in order: HTTP/2 would multiplex, and may send a refused stream again by itself.
  const rules = { timeout: CONNECT_MS, allowH2: false };
  if (allowPrivate) return buildConnector(rules);

  const connect = buildConnector({ ...rules, lookup: publicLookup(resolve) });
  return (options, done) => {
    // Addresses written as such are never looked up.
    if (isIP(options.hostname) && !isPublic(options.hostname)) done(notPublic(options.hostname), null);
    else connect(options, done);
  };
}

/** Whether an address belongs to the public internet: nothing of this machine, its networks, its cloud, or a tunnel into them. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !reserved.check(address, "ipv4");
  if (family !== 6 || address.includes("%")) return false;
  if (nat64.check(address, "ipv6")) return isPublic(embeddedIPv4(address));
  return globalUnicast.check(address, "ipv6") && !reserved.check(address, "ipv6");
}

/** Resolves a name once and hands on its public addresses only: what is checked here is what is connected to. */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const [first, ...rest] = found.filter(({ address }) => isPublic(address));
      if (!first) return done(notPublic(hostname), []);
      return options.all ? done(null, [first, ...rest]) : done(null, first.address, first.family);
    });
  };
}

function notPublic(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has no public address`), { code: NOT_PUBLIC });
}

/** The IPv4 address in the last 32 bits. */
function embeddedIPv4(address: string): string {
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":"); // brings any spelling to hexadecimal groups
  const [high, low] = groups.slice(-2).map((group) => Number.parseInt(group || "0", 16)) as [number, number]; // an IPv6 address has at least two
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

// IANA's special-purpose registries. Of IPv6 only 2000::/3 is handed out, so loopback, unique local, link-local,
// multicast and IPv4-mapped addresses need no line of their own.
const reserved = list(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
);
const globalUnicast = list("2000::/3");
/** How a network without IPv4 names an IPv4 address. */
const nat64 = list("64:ff9b::/96");

function list(...ranges: string[]): BlockList {
  const blocks = new BlockList();
  for (const range of ranges) {
    const [network = "", bits] = range.split("/");
    blocks.addSubnet(network, Number(bits), network.includes(":") ? "ipv6" : "ipv4");
  }
  return blocks;
}

export interface EgressOptions {
  allowPrivate: boolean;
  /** How names become addresses; the system's way unless told otherwise. */
  resolve?: Resolve | undefined;
}

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;
