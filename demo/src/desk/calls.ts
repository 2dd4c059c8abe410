import { Hono } from "hono";
import { Webhook } from "standardwebhooks";
import type { Floor } from "./floor.ts";
import { Announcement, KnownHandoffs, type Context } from "./wire.ts";

interface Options {
  secret: string;
  floor: Pick<Floor, "ring" | "eraseCalls">;
  /** What the bridge knows of a conversation's handoffs, by `shared_id`. Rejects when it cannot say. */
  ask(sharedId: string): Promise<unknown>;
}

/** How the bridge calls those who take phone calls, where it says who took a handoff. */
const PHONE = "sip";

/**
 * How a contact centre learns of calls: the bridge, which tells each where it goes on, announces that it was passed on, and is asked for
 * what is known of it. Whatever cannot be finished now is not taken, so that the bridge tells it again.
 */
export function createCalls({ secret, floor, ask }: Options) {
  const webhook = new Webhook(secret);

  return new Hono().post("/", async (c) => {
    const body = await c.req.text();
    try {
      webhook.verify(body, Object.fromEntries(c.req.raw.headers));
    } catch {
      return c.json({ detail: "The signature or the time is not right." }, 401);
    }
    const announced = Announcement.safeParse(JSON.parse(body));
    if (!announced.success) return c.body(null, 204); // of something else, which is none of the desk's
    try {
      await take(announced.data);
      return c.body(null, 204);
    } catch {
      return c.json({ detail: "The bridge did not say what is known of the call." }, 503);
    }
  });

  async function take({ type, data }: Announcement): Promise<void> {
    if (type === "conversation.erased") return floor.eraseCalls(data.conversation);
    const { site, conversation, shared_id: sharedId, handoff } = data;
    const { id, requested_by: by, destination, reason, route } = handoff;
    if (route?.connector !== PHONE || route.queue === null) return; // a chat, of which the desk knows as it went
    floor.ring({
      handoff: id,
      site,
      to: route.queue,
      urgent: route.urgent,
      requested: { destination: destination ?? "", reason, by },
      ids: { conversation, sharedId, assistantChat: null },
      context: await contextOf(id, sharedId),
    });
  }

  async function contextOf(handoff: string, sharedId: string): Promise<Context | null> {
    const { handoffs } = KnownHandoffs.parse(await ask(sharedId));
    const { source, read_at: at, data } = handoffs.find(({ id }) => id === handoff)?.context ?? { source: null, read_at: null, data: null };
    if (!source || !at || !data) return null;
    const { reason: _, destination: __, shared_id: ___, ...rest } = data; // the handoff itself says these
    return { source, at, data: rest };
  }
}
