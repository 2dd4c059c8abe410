import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import { isErased } from "../conversation/erasure.ts";
import type { ConversationKey } from "../store/store.ts";
import type { Erasure } from "./answers.ts";
import { bodyOf } from "./body.ts";
import type { HandoffParts } from "./handoffs.ts";
import { Text } from "./list-query.ts";
import { conversationsBy, mustBe } from "./operators.ts";
import { Refusal } from "./problem.ts";

/** What shall be erased: one conversation, by our id or a shared one, or all of a visitor's. */
export const EraseOrder = z.union(
  [
    z.strictObject({ conversation: Text }),
    z.strictObject({ shared_id: Text }),
    z.strictObject({
      site: Text,
      visitor: Text.describe("The id or the mail address that the site has signed, or the address on a channel."),
    }),
  ],
  { error: "write conversation, shared_id, or site and visitor" },
);

type Parts = Pick<HandoffParts, "bridge" | "whoIs" | "sites" | "noteDeed"> & { exportsByItself: boolean };

/** Erasing by hand, and the proof of what became of it: no word of what was erased. */
export function erasureRoutes({ bridge, whoIs, sites, noteDeed, exportsByItself }: Parts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const byName = conversationsBy(bridge);
  const here = sites.map(({ name }) => name);

  /** Resolves when nothing is left here. Whoever else had it is told afterwards: ask for the proof until nothing is `waiting`. */
  app.post("/erasures", async (c) => {
    const operator = mustBe("admin", whoIs(c), "erase");
    const keys = await meant(await bodyOf(c, EraseOrder));
    if (keys.length === 0) throw new Refusal("not_found", "nothing is kept under this name: it may have been erased already");
    const chats: { site: string; assistant_conversation_id: string }[] = [];
    for (const key of keys) {
      await noteDeed(operator, "erase", { site: key.site, conversation: key.id });
      const names = await bridge.names(key);
      for (const { kind, value } of names)
        if (kind === "assistant_chat") chats.push({ site: key.site, assistant_conversation_id: value.slice(key.site.length + 1) });
      await bridge.erase(key, "operator");
    }
    return c.json({ erasures: await Promise.all(keys.map(proofOf)), ask_the_assistants_platform: chats });
  });

  app.get("/erasures/:conversation", async (c) => {
    mustBe("admin", whoIs(c), "erase");
    for (const site of here) {
      const key = { site, id: c.req.param("conversation") };
      const found = await bridge.read(key);
      if (found && isErased(found.lifecycle)) return c.json(await proofOf(key));
    }
    throw new Refusal("not_found", "no conversation of this id was erased");
  });

  return app;

  async function meant(order: z.output<typeof EraseOrder>): Promise<ConversationKey[]> {
    if ("visitor" in order) return bridge.conversationsOfVisitor(order.site, order.visitor);
    const found = "shared_id" in order ? await byName(here, order.shared_id, undefined) : await byName(here, undefined, order.conversation);
    return found ? [found.key] : [];
  }

  /** Put together from what is kept of an erasure: that there was one, who was told, and who is still to be told. */
  async function proofOf(key: ConversationKey): Promise<z.output<typeof Erasure>> {
    const [notes, jobs] = [await bridge.notes(key), await bridge.jobsOf(key)];
    const erased = notes.findLast(({ body }) => body.type === "erased");
    const copies = (where: "files" | "exports") => {
      const note = notes.findLast(({ body }) => body.type === "copies_erased" && body.where === where);
      return note?.body.type === "copies_erased" ? { at: note.at, count: note.body.count } : null;
    };
    const desks = notes.flatMap(({ at, body }) => (body.type === "desk_told" ? [{ at, ...body }] : []));
    const waiting = jobs.flatMap(({ task, input }) => {
      if (task === "forget_chat") return [(input as { vendorChat: { connector: string } }).vendorChat.connector]; // a task of ours
      if (task !== "forget_handoff") return [];
      const { of } = input as { of: string | { connector: string } }; // a task of ours
      return [typeof of === "string" ? of : of.connector];
    });
    const [files, exports] = [copies("files"), copies("exports")];
    const at = erased?.at ?? null;
    const areFilesOwed = jobs.some(({ task }) => task === "forget_files");
    return {
      site: key.site,
      conversation: key.id,
      asked_by: erased?.body.type === "erased" ? erased.body.by : null,
      places: [
        { place: "store", name: null, outcome: "erased", at, because: null },
        files || areFilesOwed
          ? { place: "files", name: null, outcome: files ? "erased" : "waiting", at: files?.at ?? null, because: null }
          : { place: "files", name: null, outcome: "not_reached", at: null, because: "where files lie was away for days: look there" },
        exportsByItself
          ? {
              place: "exports",
              name: null,
              outcome: exports ? "erased" : "waiting",
              at: exports?.at ?? null,
              because: exports ? `it was in ${exports.count ?? 0} parts` : "the export's next run takes it out",
            }
          : { place: "exports", name: null, outcome: "by_hand", at: null, because: "copies that others have made are theirs to erase" },
        ...desks.map(({ connector, outcome, at: told }) => {
          const { outcome: became, because } = DESK[outcome];
          return { place: "desk" as const, name: connector, outcome: became, at: told, because };
        }),
        ...waiting.map((name) => ({ place: "desk" as const, name, outcome: "waiting" as const, at: null, because: "it is being asked" })),
        {
          place: "assistant",
          name: null,
          outcome: "by_hand",
          at: null,
          because: "the assistant's platform has no way to be asked by a program: send it the assistant_conversation_id",
        },
      ],
    };
  }
}

const DESK = {
  forgotten: { outcome: "erased", because: null },
  by_hand: { outcome: "by_hand", because: "its platform has no way to do it: erase it there" },
  not_reached: { outcome: "not_reached", because: "it did not answer for days: erase it there" },
} as const;
