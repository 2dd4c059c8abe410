import { startStandIn, type VendorDouble } from "@baton/bridge-server/conformance";
import { handoff, line, only } from "@baton/bridge-server/conformance/requests";

const bytes = Buffer.alloc(300, 0xff);

/** What an agent sees of one visitor's file of 300 bytes that was sent twice. Where it is not `isThere`, the bridge has it no more. */
export async function seenOfFile(vendor: VendorDouble, { type = "image/png", isThere = true } = {}) {
  const bridge = await startStandIn(() => (isThere ? { status: 200, bytes } : { status: 404 }));
  const file = { name: "Größe 42.png", type, size: bytes.length, url: `${bridge.url}/v1/files/a/b` };
  const sent = { ...line(`Größe 42.png (300 bytes)\n${file.url}`), file };
  const { chat } = await vendor.connector.open(handoff);
  await vendor.connector.say(chat, sent, false);
  await vendor.connector.say(chat, sent, true);
  const { files = [], lines } = only(vendor);
  await Promise.all([vendor.close(), bridge.close()]);
  return { files, lines, text: sent.text };
}
