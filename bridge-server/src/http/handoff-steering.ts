import { createHash } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import * as z from "zod";
import type { HandoffId } from "../conversation/lifecycle.ts";
import { destinationsOf, siteNameOf } from "../conversation/routing.ts";
import { whyNot, type Steering } from "../conversation/steering.ts";
import { bodyOf } from "./body.ts";
import { handoffById, type HandoffParts } from "./handoffs.ts";
import { mustBe } from "./operators.ts";
import { Refusal } from "./problem.ts";

/** The asker's own, and the same when it asks again because it heard no answer. What was refused has used it up, too. */
const Id = z.string().regex(/^[\x21-\x7e]{1,200}$/, { error: "is no id: write up to 200 letters, digits and signs, without blanks" });
export const Retry = z.object({ id: Id });
export const Reroute = z.object({ id: Id, destination: z.string().trim().min(1).max(200) });
/** `message`: the last word to the visitor. */
export const Close = z.object({ id: Id, message: z.string().trim().min(1).max(2_000).optional() });

/** What an operator does about a handoff by hand. Each answers with the handoff to look at from now on. */
export function steeringRoutes({
  bridge,
  newId,
  whoIs,
  sites,
  handingOff,
  noteDeed,
}: Pick<HandoffParts, "bridge" | "newId" | "whoIs" | "sites" | "handingOff" | "noteDeed">) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const find = handoffById({ bridge, sites });

  /** Asks for a person once more, as the handoff did, whoever could not help before. */
  app.post("/handoffs/:id/retry", async (c) => {
    const { handoff, askedAs, steer } = await steering(c);
    const { id } = await bodyOf(c, Retry);
    const { destination, reason, utterance } = askedAs;
    return steer(id, [destination], { did: "retried", next: { ...byHand(), destination, reason }, utterance }, handoff);
  });

  /** Asks for a person elsewhere: also for a visitor who is waiting already. */
  app.post("/handoffs/:id/reroute", async (c) => {
    const { handoff, site, askedAs, steer } = await steering(c);
    const { id, destination } = await bodyOf(c, Reroute);
    const { rules } = handingOff(site);
    if (siteNameOf(rules, destination) === null) {
      const known = destinationsOf(rules).map((name) => JSON.stringify(name));
      throw new Refusal(
        "invalid",
        `destination: no route of ${site} has it${known.length > 0 ? `: write one of ${known.join(", ")}` : ""}`,
      );
    }
    const { reason, utterance } = askedAs;
    return steer(id, [destination], { did: "rerouted", next: { ...byHand(), destination, reason }, utterance }, handoff);
  });

  /** Ends the conversation that the handoff is under way in. */
  app.post("/handoffs/:id/close", async (c) => {
    const { handoff, steer } = await steering(c);
    const { id, message = null } = await bodyOf(c, Close);
    return steer(id, [message], { did: "closed", message }, handoff);
  });

  return app;

  function byHand() {
    return { handoff: newId() as HandoffId, by: "operator" as const };
  }

  /** Whose handoff it is, how it was asked for, and a way to steer it as whoever asks. Throws a `Refusal`. */
  async function steering(c: Context<{ Bindings: HttpBindings }>) {
    const operator = mustBe("operator", whoIs(c));
    const { key, record } = await find(c.req.param("id") ?? "");
    return { site: key.site, handoff: record.handoff, askedAs: record, steer };

    async function steer(id: string, asked: (string | null)[], how: Steering, handoff: HandoffId): Promise<Response> {
      const digest = createHash("sha256")
        .update(JSON.stringify([handoff, how.did, ...asked]))
        .digest("base64url")
        .slice(0, 22);
      const destination = how.did === "rerouted" && { destination: how.next.destination ?? "" };
      const deed = await noteDeed(operator, DEEDS[how.did], { site: key.site, conversation: key.id, handoff, ...destination });
      const fact = { type: "steered" as const, id, handoff, operator: operator.name, how };
      const { repeats, lifecycle } = await bridge.happened(key, `steered:${id}`, fact, { digest });
      if (repeats) await deed.cameToNothing(); // an earlier line tells of what the id was used for
      if (repeats && repeats.digest !== digest) throw new Refusal("conflict", "this id was used for something else: send another");
      const done = (await bridge.notes(key)).find(({ body }) => body.type === "steered" && body.id === id)?.body;
      if (done?.type !== "steered") {
        if (!repeats) await deed.cameToNothing();
        throw new Refusal(
          "conflict",
          whyNot(lifecycle, handoff, how.did) ?? "it could not be done when this id was sent first: send another",
        );
      }
      return c.json({ site: key.site, conversation: key.id, handoff: done.next ?? done.handoff });
    }
  }
}

const DEEDS = { retried: "retry", rerouted: "reroute", closed: "close" } as const;
