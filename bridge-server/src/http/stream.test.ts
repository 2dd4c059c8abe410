import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createBridge } from "../bridge.ts";
import { systemClock } from "../clock.ts";
import type { SiteConfig } from "../config.ts";
import { inProcessFanout } from "../fanout/in-process.ts";
import { sqliteStore } from "../store/sqlite.ts";
import { createDeparture } from "./departure.ts";
import { createCounter } from "./limits.ts";
import { createListeners } from "./listeners.ts";
import { entriesRoute } from "./stream.ts";
import { mintToken } from "./visitor-token.ts";
import type { VisitorEnv } from "./visitor.ts";

const key = { site: "shop", id: "c" };
const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
// What of a site's settings is read on the way to a stream.
const site = {
  title: "Shop",
  person: { offered: true },
  files: "off",
  visitor: {},
  limits: { streams: 9, perAddress: { streams: 9 } },
} as SiteConfig;

test("F21 nothing is written after the bye, though a heart would beat before it has been read", async () => {
  const store = sqliteStore(":memory:");
  const bridge = createBridge({ store, fanout: inProcessFanout(), clock: systemClock, policyOf: () => policy });
  const departure = createDeparture(systemClock);
  const beats = new Set<() => void>();
  const heartbeat = { join: (beat: () => void) => (beats.add(beat), () => void beats.delete(beat)) };
  const counts = { sendsMail: false, streams: createCounter(), listeners: createListeners(9) };
  const parts = { bridge, clock: systemClock, site: () => site, ...counts, heartbeat, departure };
  const { token, ...kept } = mintToken(new Date());
  const visitor = { language: null, page: null };
  await bridge.happened(key, "began", { type: "conversation_began", sharedId: "shared", token: kept, visitor, greet: false });
  const app = new Hono<VisitorEnv & { Bindings: HttpBindings }>();
  const errors: unknown[] = [];
  app.use(async (c, next) => {
    c.env.outgoing.on("error", (error) => errors.push(error));
    await next();
  });
  app.get("/:id/entries", entriesRoute(parts));
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // of a server that listens on a port

  const response = await fetch(`http://127.0.0.1:${port}/c/entries`, {
    headers: { accept: "text/event-stream", authorization: `Bearer ${token}` },
  });
  const reader = response.body!.getReader(); // a stream has a body
  await reader.read();
  await departure.begin(1_000);
  for (const beat of beats) beat();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) rest += new TextDecoder().decode(part.value);
  expect(rest).toContain('"bye"');
  expect(rest.endsWith("}\n\n")).toBe(true);
  expect(errors).toEqual([]);

  await new Promise((done) => server.close(done));
  expect(beats.size).toBe(0);
  await store.close();
});
