import { createCall, type Call } from "@baton/bridge-server/call";
import { startStandIn, type Answered, type Asked, type VendorDouble, type Witness } from "@baton/bridge-server/conformance";
import type { Connector } from "@baton/bridge-server/connector";
import { createHold, type Hold } from "@baton/bridge-server/hold/hold";

/** What is a vendor's own about its stand-in. The rest is the same for all that are asked over HTTP. */
interface Own extends Pick<VendorDouble, "abilities" | "desk" | "platform" | "cannot"> {
  answer(asked: Asked): Answered | Promise<Answered>;
  seen?: Witness | undefined;
  /** The connector, with the vendor's server at `url` and a key that it knows or does not know. */
  connect(at: { url: string; call: Call; hold: Hold }, isKnown: boolean): Connector;
}

/** A vendor's stand-in behind a server of its own on this machine, as the rules want it. */
export async function doubleOverHttp({ answer, seen, connect, ...own }: Own): Promise<VendorDouble> {
  const { close, ...server } = await startStandIn(answer, seen);
  const call = createCall({ allowPrivate: true });
  const hold = createHold({ allowPrivate: true });
  const connected = (isKnown: boolean) => connect({ url: server.url, call, hold }, isKnown);
  return {
    ...own,
    ...server,
    connector: connected(true),
    restart: () => connected(true),
    withWrongKey: () => connected(false),
    async close() {
      await Promise.all([call.close(), hold.close()]);
      await close();
    },
  };
}
