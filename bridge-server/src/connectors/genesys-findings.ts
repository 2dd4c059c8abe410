// What an owner has set up in Genesys Cloud, looked at and left as it is.
import * as z from "zod";
import { CallError } from "../call.ts";
import { badFinding, type VendorFinding } from "./connector.ts";

interface SetUp {
  webhook: string;
  integration: string;
}

/** Whether the client, the integration, its webhook, its flow and its typing are as the connector needs them. */
export async function examineGenesys({ webhook, integration }: SetUp, get: (path: string) => Promise<unknown>): Promise<VendorFinding[]> {
  try {
    const {
      name,
      outboundNotificationWebhookUrl: url,
      messagingSetting,
    } = Integration.parse(await get(`/api/v2/conversations/messaging/integrations/open/${integration}`));
    const good = { state: "good" as const, says: `Genesys takes the client, for the integration ${name}.`, next: null };
    const { flow } = Recipient.parse(await get(`/api/v2/routing/message/recipients/${integration}`));
    const typing = messagingSetting?.event?.typing?.on?.inbound;
    return [
      good,
      ...(url === webhook ? [] : [badFinding("The integration tells somebody else what agents say.", `${WEBHOOK} ${webhook}.`)]),
      ...(flow ? [] : [badFinding("No flow is attached to the integration, so nobody is called.", FLOW)]),
      ...(typing === "Disabled" ? [{ state: "doubtful" as const, says: "Agents do not see that a visitor types.", next: TYPING }] : []),
    ];
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const status = error.answer?.status;
    if (status === 400 || status === 401) return [badFinding(`Genesys does not take the client's id and secret (${status}).`, CLIENT)];
    if (status === 403) return [badFinding("The client may not look at the integration or at its routing.", ROLE)];
    if (status === 404) return [badFinding(`Genesys does not know the integration ${integration}.`, INTEGRATION)];
    return [badFinding(`Genesys cannot be asked now (${error.message}).`, "Run this again; if it stays, look at `region`.")];
  }
}

const CLIENT = "Compare them, and the region, with Admin, Integrations, OAuth; the grant has to be Client Credentials.";
const ROLE = "Give the client's role the permissions that genesys.md lists.";
const INTEGRATION = "Copy its id from the address of its page: Admin, Message, Platforms.";
const WEBHOOK = "Enter as its Outbound Notification Webhook URL:";
const FLOW = "Attach an inbound message flow: Admin, Routing, Message Routing.";
const TYPING = "Turn typing indicators on in the integration's platform configuration, if agents should.";

const Integration = z.object({
  name: z.string(),
  outboundNotificationWebhookUrl: z.string(),
  messagingSetting: z
    .object({ event: z.object({ typing: z.object({ on: z.object({ inbound: z.string().nullish() }).nullish() }).nullish() }).nullish() })
    .nullish(),
});
const Recipient = z.object({ flow: z.object({}).nullish() });
