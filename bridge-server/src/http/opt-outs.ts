import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import { threadKey, type Wish } from "../bridge-threads.ts";
import type { Thread } from "../channels/channel.ts";
import type { OptOut, OptOuts } from "./answers.ts";
import { bodyOf } from "./body.ts";
import type { HandoffParts } from "./handoffs.ts";
import { cursorFrom, cursorText, page, queryOf, Text } from "./list-query.ts";
import { mustBe, type Operator } from "./operators.ts";
import { Refusal } from "./problem.ts";

const Visitor = z.string().min(1).max(100).describe("The visitor's address on the channel, such as +15552223333.");
export const OptOutsQuery = z.strictObject({
  site: Text,
  channel: Text,
  address: Visitor.optional(),
  limit: page.limit,
  cursor: page.cursor,
});
export const OptOutOrder = z.strictObject({ site: Text, channel: Text, address: Visitor });
const Cursor = z.tuple([z.string(), z.string()]);

export interface OptOutParts extends Pick<HandoffParts, "bridge" | "whoIs" | "noteDeed" | "newId"> {
  /** A site's own addresses on a channel, and how one of a visitor's is written there; `null`: the site is not on it. */
  onChannel(site: string, channel: string): { addresses: string[]; theirs: z.ZodType<string> } | null;
}

/**
 * Who wants no more messages. A visitor's own word, and the platform's, is taken back by their START alone: an operator passes on what
 * somebody has said elsewhere, and may undo no more than that.
 */
export function optOutRoutes({ bridge, whoIs, noteDeed, newId, onChannel }: OptOutParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.get("/opt-outs", async (c) => {
    mustBe("viewer", whoIs(c), "opt_outs");
    const { site, channel, address, limit, cursor } = queryOf(OptOutsQuery, c.req.query());
    if (address !== undefined) return c.json(answer(site, channel, await standing(site, channel, address), null));
    addressesOf(site, channel);
    const [at, thread] = cursor === undefined ? [] : cursorFrom(cursor, Cursor);
    const found = await bridge.optOuts(site, channel, limit + 1, at !== undefined && thread !== undefined ? { at, thread } : undefined);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return c.json(answer(site, channel, shown, last ? cursorText([last.at, last.thread]) : null));
  });

  app.post("/opt-outs", async (c) => {
    const operator = mustBe("operator", whoIs(c), "opt_outs");
    const { site, channel, address } = await bodyOf(c, OptOutOrder);
    const threads = threadsOf(site, channel, address);
    for (const thread of threads) {
      const { wish, version } = await bridge.optOutOf(threadKey(site, channel, thread));
      if (!wish) await passOn(operator, { site, channel, thread, wish: "opted_out", version });
    }
    const optedOut = await standing(site, channel, address);
    if (optedOut.length < threads.length)
      throw new Refusal("changed_meanwhile", "the visitor has said START at this moment: pass it on once more");
    return c.json(answer(site, channel, optedOut, null));
  });

  app.post("/opt-outs/undo", async (c) => {
    const operator = mustBe("operator", whoIs(c), "opt_outs");
    const { site, channel, address } = await bodyOf(c, OptOutOrder);
    const threads = threadsOf(site, channel, address);
    const optedOut: { thread: Thread; wish: Wish; version: number }[] = [];
    for (const thread of threads) {
      const { wish, version } = await bridge.optOutOf(threadKey(site, channel, thread));
      if (wish) optedOut.push({ thread, wish, version });
    }
    if (optedOut.length === 0) throw new Refusal("not_found", "nobody has opted this address out");
    mustBeOperators(optedOut.map(({ wish }) => wish));
    for (const { thread, version } of optedOut) await passOn(operator, { site, channel, thread, wish: "opted_in", version });
    const left = await standing(site, channel, address);
    mustBeOperators(left); // their STOP may have come meanwhile
    return c.json(answer(site, channel, left, null));
  });

  return app;

  /** In the log first. Of two operators who do the same at the same moment, one has done it; a visitor who speaks then goes before both. */
  async function passOn(operator: Operator, told: Omit<Parameters<typeof bridge.passOnWish>[0], "id" | "operator">): Promise<void> {
    const { site, channel: kind, thread } = told;
    const did = told.wish === "opted_out" ? "opt_out" : "opt_out_undone";
    const deed = await noteDeed(operator, did, { site, kind, conversation: threadKey(site, kind, thread).id });
    if (!(await bridge.passOnWish({ ...told, id: newId(), operator: operator.name }))) await deed.cameToNothing();
  }

  async function standing(site: string, channel: string, address: string): Promise<Wish[]> {
    const found = await Promise.all(threadsOf(site, channel, address).map((thread) => bridge.optOutOf(threadKey(site, channel, thread))));
    return found.flatMap(({ wish }) => wish ?? []);
  }

  /** One with each of the site's own addresses: whoever wants no messages of a site wants none of its other numbers either. */
  function threadsOf(site: string, channel: string, address: string): Thread[] {
    const { addresses, theirs } = addressesOf(site, channel);
    const written = theirs.safeParse(address);
    if (!written.success) throw new Refusal("invalid", `address: ${written.error.issues[0]?.message ?? "is none"}`);
    return addresses.map((ours) => ({ ours, theirs: written.data }));
  }

  function addressesOf(site: string, channel: string) {
    const found = onChannel(site, channel);
    if (!found) throw new Refusal("not_found", "there is no such site, or it is not on this channel");
    return found;
  }
}

function mustBeOperators(wishes: Wish[]): void {
  if (wishes.some(({ by }) => !("operator" in by)))
    throw new Refusal("conflict", "the visitor, or the platform, has said so: only their own START takes it back");
}

function answer(site: string, channel: string, wishes: Wish[], next: string | null): z.output<typeof OptOuts> {
  return { opt_outs: wishes.map(({ thread, at, by }): z.output<typeof OptOut> => ({ site, channel, thread, at, ...saidBy(by) })), next };
}

function saidBy(by: Wish["by"]): Pick<z.output<typeof OptOut>, "by" | "operator"> {
  if ("operator" in by) return { by: "operator", operator: by.operator };
  return { by: "visitor" in by ? "visitor" : "platform", operator: null };
}
