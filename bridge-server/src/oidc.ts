import * as client from "openid-client";
import type { OidcSettings } from "./config-oidc.ts";
import { roles, type Role } from "./config-roles.ts";

/** Somebody whom the provider knows. `role`: `null` if nothing of theirs opens the console. */
export interface Identified {
  name: string;
  role: Role | null;
}

/** What the browser that goes to the provider has to bring back. */
export interface Errand {
  state: string;
  nonce: string;
  verifier: string;
}

/** Why the provider lets nobody in: it said no, it is not to be had, or its word is not good enough. */
export type OidcTrouble = "denied" | "unreachable" | "untrusted";

/** `kind` is for whoever tried; `cause` for the log. */
export class OidcError extends Error {
  override name = "OidcError";
  readonly kind: OidcTrouble;
  constructor(kind: OidcTrouble, cause: unknown) {
    super(`the provider of the accounts: ${kind}`, { cause });
    this.kind = kind;
  }
}

const ANSWERS_WITHIN_SECONDS = 10;

/**
 * A provider of OpenID Connect, asked with the authorization code flow, PKCE, `state` and `nonce` (RFC 9700). It is looked up when it
 * is first needed, and again after that has failed: one that is down keeps no bridge from starting. All that it does rejects with an
 * `OidcError`.
 */
export function createOidc(settings: OidcSettings, redirectUri: string) {
  let known: Promise<client.Configuration> | null = null;

  return {
    /** Where it wants people to be sent back to: it has to know this address. */
    redirectUri,
    /** Whose accounts they are, as people may know it. */
    host: new URL(settings.issuer).host,

    /** Where to send a browser, and what it has to bring back. */
    async begin(): Promise<{ url: URL; errand: Errand }> {
      const provider = await discovered();
      const errand = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: ["openid", ...settings.scopes].join(" "),
        state: errand.state,
        nonce: errand.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
        code_challenge_method: "S256",
      });
      return { url, errand };
    },

    /** Who has come back. `search`: of the address they came to. */
    async finish(search: string, { state, nonce, verifier }: Errand): Promise<Identified> {
      const provider = await discovered();
      try {
        const tokens = await client.authorizationCodeGrant(provider, new URL(search, redirectUri), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const told: Record<string, unknown> = { ...tokens.claims() };
        // Some providers tell only there what somebody belongs to.
        if (!Object.hasOwn(told, settings.role.claim) && provider.serverMetadata().userinfo_endpoint !== undefined)
          Object.assign(told, await client.fetchUserInfo(provider, tokens.access_token, String(told["sub"])));
        return { name: nameIn(told), role: roleIn(told) };
      } catch (error) {
        throw new OidcError(kindOf(error), error);
      }
    },
  };

  async function discovered(): Promise<client.Configuration> {
    known ??= client.discovery(
      new URL(settings.issuer),
      settings.clientId,
      undefined,
      client.ClientSecretPost(settings.clientSecret.reveal()),
      { timeout: ANSWERS_WITHIN_SECONDS, execute: settings.issuer.startsWith("http:") ? [client.allowInsecureRequests] : [] },
    );
    try {
      return await known;
    } catch (error) {
      known = null;
      throw new OidcError("unreachable", error);
    }
  }

  /** The most that they may. */
  function roleIn(told: Record<string, unknown>): Role | null {
    const has = new Set([told[settings.role.claim]].flat());
    return roles.findLast((role) => settings.role[role].some((value) => has.has(value))) ?? null;
  }
}

export type Oidc = ReturnType<typeof createOidc>;

/** As people know each other, or else what the provider calls them. */
function nameIn({ email, email_verified: isVerified, preferred_username: username, sub }: Record<string, unknown>): string {
  const names = [isVerified === false ? "" : email, username, sub].filter((name) => typeof name === "string");
  return (names.find((name) => name !== "") ?? "")
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, 200);
}

function kindOf(error: unknown): OidcTrouble {
  if (error instanceof client.AuthorizationResponseError) return "denied";
  const isOnTheWay = error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
  return isOnTheWay ? "unreachable" : "untrusted";
}
