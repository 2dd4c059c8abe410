import { refusals } from "./envelope.ts";
import type { Refusal } from "./envelope.ts";

export type Permission = "chat" | "handoff" | "conversations";

/** An API key: which agents it opens, and for what. */
export interface ApiKey {
  key: string;
  account: string;
  /** Absent: every project of the account. */
  project?: string;
  permissions: Permission[];
  expiresAt?: number;
}

/** A chat connector's token. It, and nothing in a request, decides the environment and perhaps the variant. */
export interface ConnectorToken {
  token: string;
  account: string;
  project: string;
  environment: "live" | "pre-release" | "sandbox";
  variantId?: string;
  expiresAt?: number;
}

export interface Credentials {
  keys: ApiKey[];
  tokens: ConnectorToken[];
}

export interface Place {
  account: string;
  project: string;
}

/** Checks what a request shows against what exists, in the platform's order: who are you, where is it, may you. */
export function createGate(credentials: Credentials, places: readonly Place[], now: () => number) {
  return { mayEnter, tokenFor };

  function mayEnter(shown: string | undefined, place: Place, permission: Permission): Refusal | null {
    const key = credentials.keys.find(({ key }) => key === shown);
    if (!key) return refusals.noKey;
    if (isOver(key)) return refusals.expired;
    const projects = places.filter(({ account }) => account === place.account);
    if (projects.length === 0) return refusals.noAccount;
    if (!projects.some(({ project }) => project === place.project)) return refusals.noProject;
    const opens = key.account === place.account && (key.project ?? place.project) === place.project;
    return opens && key.permissions.includes(permission) ? null : refusals.forbidden;
  }

  function tokenFor(shown: string | undefined, place: Place): ConnectorToken | Refusal {
    const token = credentials.tokens.find(({ token }) => token === shown);
    if (!token) return refusals.badToken;
    if (isOver(token)) return refusals.expired;
    return token.account === place.account && token.project === place.project ? token : refusals.forbidden;
  }

  function isOver({ expiresAt }: { expiresAt?: number }): boolean {
    return expiresAt !== undefined && expiresAt <= now();
  }
}
