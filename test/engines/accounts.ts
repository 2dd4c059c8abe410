import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Provider } from "oidc-provider";

const CLIENT = { id: "console", secret: "the-secret-of-the-console-at-its-accounts" };
const SCOPE = "openid email profile groups";
const PAGE = `<!doctype html><html lang="en"><title>Accounts</title><h1>Who are you?</h1><form method="post">
  <label>Name <input name="name"></label> <button>Sign in</button> <button name="cancel" value="yes">Cancel</button></form></html>`;

/**
 * A company's accounts: a real OpenID provider, whose page asks for a name and believes it. Somebody's groups are what stands behind
 * the dot: `kim.support` is in `support`.
 */
export async function startAccounts(redirectUri: string) {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // TCP: an object with a port
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    cookies: { keys: ["only for tests"] },
    pkce: { required: () => true },
    scopes: SCOPE.split(" "),
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"], groups: ["groups"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@shop.example`,
        email_verified: true,
        preferred_username: id,
        groups: id.split(".").slice(1),
      }),
    }),
    ttl: Object.fromEntries(["AccessToken", "Grant", "IdToken", "Interaction", "Session"].map((kept) => [kept, 600])),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/who/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: CLIENT.id, accountId: oidc.session!.accountId! }); // somebody has signed in by now
      grant.addOIDCScope(SCOPE);
      await grant.save();
      return grant;
    },
  });
  const ofProvider = provider.callback();
  let isDown = false;
  server.on("request", (request, response) => {
    if (isDown) response.destroy();
    else if (request.url?.startsWith("/who/")) void asksWho(request, response);
    else void ofProvider(request, response);
  });

  return {
    issuer,
    clientSecret: CLIENT.secret,
    goDown: (down: boolean) => void (isDown = down),
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function asksWho(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") return void response.setHeader("content-type", "text/html").end(PAGE);
    const form = new URLSearchParams(await text(request));
    const result = form.has("cancel") ? { error: "access_denied" } : { login: { accountId: form.get("name") ?? "" } };
    await provider.interactionFinished(request, response, result);
  }
}
