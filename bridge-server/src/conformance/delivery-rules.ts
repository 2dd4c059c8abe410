import assert from "node:assert/strict";
import type { Delivery, VendorChat } from "../connectors/connector.ts";
import type { Deed, Handwriting, Rule, VendorDouble } from "./conformance.ts";
import { receive } from "./hearing.ts";
import { handoff } from "./requests.ts";

const forged = { kind: "forged" };
const saysHi: Deed = { deed: "says", agent: "Sam", text: "Hi!" };

/** What a vendor that calls us must prove, delivery by delivery. */
export const deliveryRules: Record<string, Rule> = {
  async "C7 a delivery that a stranger signed, or nobody, is refused"(vendor) {
    const { connector } = vendor;
    const { chat } = await connector.open(handoff);
    for (const { body, url } of about(vendor, chat, saysHi))
      await assert.rejects(receive(connector, { headers: new Headers(), body, url }), forged);
    for (const strange of about(vendor, chat, saysHi, { signedBy: "stranger" })) await assert.rejects(receive(connector, strange), forged);
  },
  async "C14 news that is repeated has the same id, other news has another (F16)"(vendor) {
    const { connector } = vendor;
    const { chat } = await connector.open(handoff);
    const idsIn = async (deliveries: Delivery[]) => {
      const news = [];
      for (const delivery of deliveries) news.push(...(await receive(connector, delivery)));
      return news.filter(({ type }) => type === "agent_said").map(({ id }) => id);
    };
    const first = about(vendor, chat, saysHi);
    const other = about(vendor, chat, saysHi);
    const [once, again, another] = [await idsIn(first), await idsIn(first), await idsIn(other)];
    assert.equal(once.length, 1);
    assert.deepEqual(again, once);
    assert.notDeepEqual(another, once);
  },
  async "C17 a genuine delivery from long ago or from the future is refused (T35)"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    for (const secondsAgo of [301, 86_400, -330])
      for (const stale of about(vendor, chat, saysHi, { secondsAgo })) await assert.rejects(receive(vendor.connector, stale), forged);
  },
  async "C18 while a secret is being changed, both are believed"(vendor) {
    const { chat } = await vendor.connector.open(handoff);
    for (const signedBy of ["new", "old"] as const) {
      const news = [];
      for (const delivery of about(vendor, chat, saysHi, { signedBy })) news.push(...(await receive(vendor.connector, delivery)));
      assert.equal(news.at(-1)?.type, "agent_said");
    }
  },
  async "C38 a delivery that was changed on the way is refused"(vendor) {
    const { connector } = vendor;
    const { chat } = await connector.open(handoff);
    for (const { headers, body, url } of about(vendor, chat, saysHi)) {
      const changed = Buffer.from(Buffer.from(body).toString().replace("Hi!", "Ho!"));
      if (!changed.equals(body)) await assert.rejects(receive(connector, { headers, body: changed, url }), forged);
    }
  },
};

function about({ platform }: VendorDouble, chat: VendorChat, deed: Deed, how?: Handwriting): Delivery[] {
  if (platform.style === "listen") throw new Error("only a vendor that calls us delivers anything");
  return platform.about(chat, deed, how);
}
