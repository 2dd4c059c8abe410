import type { Answered, Asked, VendorDouble } from "@baton/bridge-server/conformance";
import slack from "@baton/bridge-server/connectors/slack";
import { doubleOverHttp } from "./over-http.ts";
import { startSocketMode } from "./slack-socket.ts";
import { createWorkspace } from "./slack-workspace.ts";

export const proof = "Slack's own Socket Mode client (against the same stand-in) and SDK (files); its documentation";

export const appToken = "xapp-1-a-token";

/** A workspace whose app is in Socket Mode. */
export default async function slackBySocketDouble(): Promise<VendorDouble> {
  const { settings, answer, desk, happens, cannot } = createWorkspace();
  const socketMode = await startSocketMode();
  const double = await doubleOverHttp({
    answer: (asked) => answerInSocketMode(asked, socketMode.newUrl) ?? answer(asked),
    connect: ({ url, call, hold }, isKnown) => slack.connect({ ...settings(isKnown, url), appToken }, call, hold),
    abilities: slack.abilities,
    desk,
    platform: { style: "listen", happens: (chat, deed) => happens(chat, deed).forEach(socketMode.tell), cut: socketMode.cut },
    cannot,
  });
  return {
    ...double,
    async close() {
      await double.close();
      await socketMode.close();
    },
  };
}

/** `null`: it was asked for something else. */
export function answerInSocketMode({ path, headers }: Asked, newUrl: () => string): Answered | null {
  if (path !== "/api/apps.connections.open") return null;
  const isKnown = headers.get("authorization") === `Bearer ${appToken}`;
  return { status: 200, body: isKnown ? { ok: true, url: newUrl() } : { ok: false, error: "invalid_auth" } };
}
