import { lookup, resolveSrv } from "node:dns/promises";
import { isIP } from "node:net";
import type { Machine } from "./asking.ts";
import { readSipUri } from "./uri.ts";

/** What the network knows of names. */
export interface Names {
  /** Rejects where there is none. */
  addresses(host: string): Promise<string[]>;
  /** Of a SIP server, in the order in which they are to be tried. Empty: there are none. Rejects when nobody can say. */
  servers(name: string): Promise<{ name: string; port: number }[]>;
}

/** What several machines share one name for, any of them can do. */
const MOST_MACHINES = 4;

/** How a machine's own name is spelled, so that addresses that lead to it are seen to. `null`: nobody of whom it could be asked whether they take calls. */
export function serverOf(uri: string): string | null {
  const read = readSipUri(uri);
  if (read?.scheme !== "sip") return null;
  const transport = transportOf(read.parameters);
  return transport && `sip:${read.host}${read.port === null ? "" : `:${read.port}`}${transport === "tcp" ? ";transport=tcp" : ""}`;
}

/**
 * The machines behind a server's name, the first to try first (RFC 3263 §4): by its port, by its SRV records, or else at 5060. Without
 * a `transport` it is UDP; NAPTR records, which could say otherwise, are not asked for. Rejects where the name leads nowhere.
 */
export async function machinesOf(server: string, names: Names = network): Promise<Machine[]> {
  const read = readSipUri(server);
  const transport = read && transportOf(read.parameters);
  if (!transport) return [];
  const host = read.host.replace(/^\[|\]$/g, "");
  if (isIP(host)) return [{ address: host, port: read.port ?? 5_060, transport }];
  const servers = read.port === null ? await names.servers(`_sip._${transport}.${host}`) : [];
  const places = servers.length > 0 ? servers : [{ name: host, port: read.port ?? 5_060 }];
  const found = await Promise.allSettled(
    places.map(async ({ name, port }) => (await names.addresses(name)).map((address): Machine => ({ address, port, transport }))),
  );
  const machines = found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const [first] = found;
  if (machines.length === 0 && first?.status === "rejected") throw first.reason;
  return machines.slice(0, MOST_MACHINES);
}

/** `null`: one that is not spoken here, such as `tls`. */
function transportOf(parameters: string): "udp" | "tcp" | null {
  const written = /;transport=([^;]*)/i.exec(parameters)?.[1]?.toLowerCase() ?? "udp";
  return written === "udp" || written === "tcp" ? written : null;
}

const network: Names = {
  addresses: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  async servers(name) {
    const found = await resolveSrv(name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOTFOUND" || error.code === "ENODATA") return [];
      throw error;
    });
    return found.toSorted((one, other) => one.priority - other.priority || other.weight - one.weight);
  },
};
