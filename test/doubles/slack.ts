import { createHmac } from "node:crypto";
import type { Handwriting, VendorDouble } from "@baton/bridge-server/conformance";
import type { Delivery } from "@baton/bridge-server/connector";
import slack from "@baton/bridge-server/connectors/slack";
import { doubleOverHttp } from "./over-http.ts";
import { createWorkspace, type Told } from "./slack-workspace.ts";

export const proof = "Slack's own SDK (signatures, files); its documentation";

const secrets = { new: "the-signing-secret", old: "the-secret-before", stranger: "somebody-elses" };

/** A workspace that delivers to the address that was entered in it. */
export default async function slackDouble(): Promise<VendorDouble> {
  const { settings, answer, desk, happens, cannot } = createWorkspace();
  return doubleOverHttp({
    answer,
    connect: ({ url, call }, isKnown) => slack.connect({ ...settings(isKnown, url), secrets: [secrets.new, secrets.old] }, call),
    abilities: slack.abilities,
    desk,
    platform: { style: "webhook", about: (chat, deed, how) => happens(chat, deed).map((told) => signed(bodyOf(told), how)) },
    cannot,
  });
}

/** As Slack posts it: events as JSON, buttons as a form that holds JSON. */
function bodyOf({ type, payload }: Told): string {
  const json = JSON.stringify(payload);
  return type === "events_api" ? json : new URLSearchParams({ payload: json }).toString();
}

export function signed(body: string, { signedBy = "new", secondsAgo = 0 }: Handwriting = {}): Delivery {
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  const signature = createHmac("sha256", secrets[signedBy]).update(`v0:${timestamp}:${body}`).digest("hex");
  const headers = new Headers({ "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${signature}` });
  return { headers, body: Buffer.from(body), url: "https://bridge.test/v1/hooks/shop/slack" };
}
