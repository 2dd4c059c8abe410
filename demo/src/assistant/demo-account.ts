import type { Credentials } from "./credentials.ts";

/** The account that the demo and every test share. The keys open nothing but a simulator. */
export const demoAccount = {
  account: "ws-acme",
  project: "PROJECT-shop",
  chatApiKey: "sim-chat-key",
  chatToken: "sim-chat-token",
  /** Same agent, environment `sandbox`. */
  sandboxToken: "sim-sandbox-token",
  handoffApiKey: "sim-handoff-key",
  conversationsApiKey: "sim-conversations-key",
  /** One key with every permission, for configurations that have only one. */
  allPurposeKey: "sim-all-purpose-key",
  expiredKey: "sim-expired-key",
  expiredToken: "sim-expired-token",
  /** A second agent, to be told apart from the first. */
  other: { account: "ws-other", project: "PROJECT-other", chatApiKey: "sim-other-chat-key", chatToken: "sim-other-chat-token" },
} as const;

/** Every credential of the demo's account and of its neighbour, with other values where the environment brings them. */
export function demoCredentials(
  own: Partial<Record<(keyof typeof demoAccount & `${string}${"Key" | "Token"}`) | "account" | "project", string>> = {},
): Credentials {
  const { account, project, other, ...secrets } = { ...demoAccount, ...own };
  const place = { account, project };
  const neighbour = { account: other.account, project: other.project };
  return {
    keys: [
      { key: secrets.chatApiKey, ...place, permissions: ["chat"] },
      { key: secrets.handoffApiKey, ...place, permissions: ["handoff"] },
      { key: secrets.conversationsApiKey, ...place, permissions: ["conversations"] },
      { key: secrets.allPurposeKey, account, permissions: ["chat", "handoff", "conversations"] },
      { key: secrets.expiredKey, ...place, permissions: ["chat", "handoff", "conversations"], expiresAt: 0 },
      { key: other.chatApiKey, ...neighbour, permissions: ["chat"] },
    ],
    tokens: [
      { token: secrets.chatToken, ...place, environment: "live" },
      { token: secrets.sandboxToken, ...place, environment: "sandbox" },
      { token: secrets.expiredToken, ...place, environment: "live", expiresAt: 0 },
      { token: other.chatToken, ...neighbour, environment: "live" },
    ],
  };
}
