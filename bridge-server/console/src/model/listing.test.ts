// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { at, handoff, page, settle, startConsole, type Answers } from "../test-console.ts";

async function start(answers: Answers, search = "") {
  const started = await startConsole(answers);
  const listing = started.parts.listingOf(search);
  await settle();
  return { ...started, listing, ids: () => listing.rows.value.map(({ id, stage }) => `${id} ${stage}`) };
}

test("a row that changes does so in its place, and what is older than what is shown changes nothing", async () => {
  const { listing, ids, streams } = await start(() => page([handoff({ id: "h-2", change: 4 }), handoff({ change: 3 })]));
  streams.last().tell("message", handoff({ change: 5, stage: "live" }));
  streams.last().tell("message", handoff({ id: "h-2", change: 2, stage: "initiated" }));
  expect(ids()).toEqual(["h-2 queued", "h-1 live"]);
  expect(listing.news.value).toBe(0);
});

test("what would come or go is counted once each, until somebody asks to see it", async () => {
  let rows = [handoff()];
  const { listing, ids, streams } = await start(() => page(rows), "?stage=queued");
  streams.last().tell("message", handoff({ id: "h-2", began_at: at(0), change: 2 }));
  streams.last().tell("message", handoff({ id: "h-2", began_at: at(0), change: 3 }));
  streams.last().tell("message", handoff({ change: 4, stage: "live" }));
  streams.last().tell("message", handoff({ id: "h-3", change: 5, stage: "live" }));
  expect(ids()).toEqual(["h-1 live"]);
  expect(listing.news.value).toBe(2);
  streams.last().tell("message", handoff({ id: "h-2", began_at: at(0), change: 6, stage: "failed" }));
  expect(listing.news.value).toBe(1); // it came and went: nothing to show of it
  rows = [];
  await listing.read();
  expect([ids(), listing.news.value]).toEqual([[], 0]);
});

test("what an older page will bring is no news", async () => {
  const { listing, streams } = await start(() => page([handoff({ began_at: at(0) })], { next: "older" }));
  streams.last().tell("message", handoff({ id: "h-0", began_at: at(-1), change: 9 }));
  expect(listing.news.value).toBe(0);
});

test("older ones are read from where the list ended, and none is shown twice", async () => {
  const { listing, ids, asked } = await start((_, query) =>
    query.get("cursor") === "older" ? page([handoff({ id: "h-1" }), handoff({ id: "h-0" })]) : page([handoff()], { next: "older" }),
  );
  expect(listing.hasOlder.value).toBe(true);
  await Promise.all([listing.readOlder(), listing.readOlder()]);
  expect(ids()).toEqual(["h-1 queued", "h-0 queued"]);
  expect(listing.hasOlder.value).toBe(false);
  expect(asked.filter((one) => one.includes("cursor"))).toHaveLength(1);
});

test("older ones that cannot be read are said to be missing, and can be asked for again", async () => {
  let status = 503;
  const { listing } = await start((_, query) => (query.get("cursor") ? status || page([]) : page([handoff()], { next: "older" })));
  await listing.readOlder();
  expect(listing.older.value).toMatchObject({ kind: "unreachable" });
  status = 0;
  await listing.readOlder();
  expect([listing.older.value, listing.hasOlder.value]).toEqual(["idle", false]);
});

test("where changes are counted anew, as after a backup was put back, the list is read again", async () => {
  const { asked, streams } = await start(() => page([handoff()]));
  const before = asked.length;
  streams.last().tell("restarted", {});
  await settle();
  expect(asked.slice(before)).toEqual(["GET /v1/handoffs?limit=50"]);
});

test("T12 nothing of a list is left once its operator has signed out", async () => {
  const { parts, streams, listing } = await start(() => page([handoff()]));
  await parts.session.signOut();
  expect(streams.last().isClosed).toBe(true);
  expect(parts.listingOf("")).not.toBe(listing);
});
