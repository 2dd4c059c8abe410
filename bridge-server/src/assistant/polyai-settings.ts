import * as z from "zod";
import { secretSetting } from "../secret-setting.ts";

/** Where each region's Chat and Handoff APIs live. The other family of hosts is spelled differently and does not serve them. */
const regions = {
  "us-1": "https://api.us-1.platform.polyai.app",
  "uk-1": "https://api.uk-1.platform.polyai.app",
  "euw-1": "https://api.euw-1.platform.polyai.app",
  studio: "https://api.studio.poly.ai",
};

const Credential = secretSetting(z.string().regex(/^[\x21-\x7e]+$/, { error: "is empty, or has a space or a line break in it" }));
const PathPart = z.string().regex(/^(?!\.+$)[^\s/?#]+$/, { error: "is not an id: copy it from the address of the agent in Agent Studio" });
const Version = z.string().regex(/^v\d+$/, { error: "is not a version: write one such as v1" });
const Budget = z.int().positive().max(600_000, { error: "is more than ten minutes: write milliseconds" });

/** How to reach one agent on PolyAI. */
export const polyaiSettings = z
  .strictObject({
    region: z.enum(Object.keys(regions) as (keyof typeof regions)[], { error: "is none of us-1, uk-1, euw-1, studio" }).optional(),
    /** Instead of a region: staging, a proxy, a simulator. */
    baseUrl: z.url({ protocol: /^https?$/, error: "is not an address: write one such as https://api.example.com" }).optional(),
    /** The workspace's id, `ws-…` or its short name. */
    account: PathPart,
    /** The agent's id. */
    project: PathPart,
    chatApiKey: Credential,
    /** The connector token. It decides the agent's environment too: sandbox, pre-release or live. */
    chatToken: Credential,
    /** Handoff is a permission of its own, so often a key of its own. Left out: the chat's. */
    handoffApiKey: Credential.optional(),
    /** For looking back at conversations, a permission of its own too. Left out: the chat's. */
    conversationsApiKey: Credential.optional(),
    /** Look back now and then: which handoffs PolyAI knows of that never got here, and what it measured. */
    lookBack: z.boolean().default(false),
    /** Which of the agent's environments the token belongs to: only that one's conversations are looked at. */
    environment: z.enum(["sandbox", "pre-release", "live"]).default("live"),
    /** What the agent is told it speaks through; `null` tells it nothing. */
    channel: z.enum(["webchat", "whatsapp", "sms", "api"]).nullable().default("webchat"),
    variant: z.string().min(1).optional(),
    chatVersion: Version.default("v1"),
    handoffVersion: Version.default("v1"),
    conversationsVersion: Version.default("v3"),
    /** Tell the agent the visitor's language, for what it reads and what it writes. */
    sendLanguage: z.boolean().default(false),
    /** For one turn. An agent's tools may take ten seconds each, and a turn may chain several. */
    turnBudgetMs: Budget.default(60_000),
    /** For one look at what the agent stored. */
    contextBudgetMs: Budget.default(5_000),
  })
  .superRefine(({ region, baseUrl }, context) => {
    if ((region === undefined) !== (baseUrl === undefined)) return;
    const message = region === undefined ? "write a region or a baseUrl: there is neither" : "write a region or a baseUrl: both are here";
    context.addIssue({ code: "custom", path: ["region"], message, input: undefined });
  });

export type PolyaiSettings = z.output<typeof polyaiSettings>;

/** A path of one agent's, on the hosts that serve chats, handoffs and lists. */
export function addressOf({ baseUrl, region, account, project }: PolyaiSettings, version: string, path: string): URL {
  // `superRefine` has made sure that there is one of the two.
  const base = baseUrl ?? regions[region!];
  const place = [version, account, project].map(encodeURIComponent).join("/");
  return new URL(`${base.replace(/\/+$/, "")}/${place}/${path}`);
}

/** Where the other family of hosts has one conversation; `null` where no region says which. They are never derived from each other. */
export function buildHost({ region, project }: PolyaiSettings, chat: string): URL | null {
  if (region === undefined) return null;
  return new URL(`${buildHosts[region]}/v1/agents/${encodeURIComponent(project)}/conversations/${encodeURIComponent(chat)}`);
}

const buildHosts = {
  "us-1": "https://api.us.poly.ai",
  "uk-1": "https://api.uk.poly.ai",
  "euw-1": "https://api.eu.poly.ai",
  studio: "https://api.studio.poly.ai",
};
