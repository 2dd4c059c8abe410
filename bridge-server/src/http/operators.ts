import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import type { Bridge } from "../bridge.ts";
import { roles, scopeOf, type Role, type Scope } from "../config-roles.ts";
import type { KeyHolder, Keyring } from "../keyring.ts";
import { spelledReference } from "../conversation/reference.ts";
import type { ConversationKey, Known } from "../store/store.ts";
import { Refusal } from "./problem.ts";

/** Whoever asks: a system or a person, by the name of their key. */
export type Operator = Pick<KeyHolder, "name" | "role" | "scopes" | "key">;

/** `null`: nobody who is known. */
export type WhoIs = (c: Context) => Operator | null;

/** The one place where operators are told apart from everybody else: by one of the keys, in `x-api-key` or as a bearer token, or else as `bySession` says. */
export function whoIsWith({ find }: Pick<Keyring, "find">, bySession: WhoIs = () => null): WhoIs {
  return (c) => {
    const given = c.req.header("x-api-key") ?? /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    return given ? find(given) : bySession(c);
  };
}

/** Whoever asks, if they may do what this role may, or that part of it. Throws a `Refusal`. */
export function mustBe(role: Role, operator: Operator | null, scope: Scope = scopeOf[role]): Operator {
  if (!operator) throw new Refusal("unauthorized", "send a key of this bridge in the x-api-key header");
  if (operator.scopes !== null) {
    if (operator.scopes.includes(scope)) return operator;
    throw new Refusal("forbidden", `this needs a key with the scope ${scope}: "${operator.name}" has only ${operator.scopes.join(", ")}`);
  }
  if (roles.indexOf(operator.role) >= roles.indexOf(role)) return operator;
  throw new Refusal("forbidden", `this needs a key with the role ${role}: "${operator.name}" is only a ${operator.role}`);
}

/** Whose key it is, and what it opens: what a page has to know to show what can be done. */
export function operatorRoutes(whoIs: WhoIs) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get("/operators/me", (c) => {
    const operator = whoIs(c);
    const { name, role, scopes } = mustBe("viewer", operator, operator?.scopes?.[0]);
    return c.json({ name, role, scopes });
  });
  return app;
}

/** Finds the handoff that a visitor talks about on the phone, by what they read out, however it was typed. */
export function handoffByReference(bridge: Bridge) {
  return async (sites: string[], heard: string): Promise<Known | null> => {
    const known = await bridge.find(null, { kind: "reference", value: spelledReference(heard) });
    return known && sites.includes(known.key.site) ? known : null;
  };
}

/**
 * Finds a conversation of the sites named. `sharedId` wins, and both given is no fallback. `id` is the handoff's, what a visitor
 * reads out on the phone, the assistant's conversation, or our own.
 */
export function conversationsBy(bridge: Bridge) {
  const byReference = handoffByReference(bridge);
  return async (sites: string[], sharedId: string | undefined, id: string | undefined): Promise<Known | null> => {
    if (sharedId) {
      const known = await bridge.find(null, { kind: "shared_id", value: sharedId });
      return known && sites.includes(known.key.site) ? known : null;
    }
    const handoff = await bridge.find(null, { kind: "handoff", value: id ?? "" });
    if (handoff && sites.includes(handoff.key.site)) return handoff;
    const calledAbout = await byReference(sites, id ?? "");
    if (calledAbout) return calledAbout;
    for (const site of sites) {
      const chat = await bridge.find(site, { kind: "assistant_chat", value: id ?? "" });
      if (chat) return chat;
      const key: ConversationKey = { site, id: id ?? "" };
      if (await bridge.read(key)) return { key, handoff: null };
    }
    return null;
  };
}
