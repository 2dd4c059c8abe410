// What an owner has set up for Flex, looked at and left as it is.
import * as z from "zod";
import { CallError } from "../call.ts";
import { unlessGone } from "./connector-repeats.ts";
import { badFinding, type VendorFinding } from "./connector.ts";
import { HEARD_OF_TASKS } from "./twilio-flex-events.ts";

export type Product = "conversations" | "flex-api" | "taskrouter";

interface SetUp {
  webhook: string;
  workspace: string;
  workflows: string[];
}

/** Whether the key, the workspace, its events, the workflows and the service of the conversations are as the connector needs them. */
export async function examineFlex({ webhook, workspace, workflows }: SetUp, get: Get): Promise<VendorFinding[]> {
  const place = `/v1/Workspaces/${workspace}`;
  try {
    const { friendly_name: name, event_callback_url: url, events_filter: filter } = Workspace.parse(await get("taskrouter", place));
    const good = { state: "good" as const, says: `Twilio takes the key, for the workspace ${name ?? workspace}.`, next: null };
    return [
      good,
      ...findingsOnEvents(url ?? "", filter ?? "", webhook),
      ...(await onWorkflows(place, workflows, get)),
      ...(await onService(get)),
    ];
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const status = error.answer?.status;
    if (status === 401 || status === 403) return [badFinding(`Twilio does not take the key (${status}).`, KEY)];
    if (status === 404) return [badFinding(`The account has no workspace ${workspace}.`, "Copy its SID: TaskRouter, Workspaces.")];
    return [badFinding(`Twilio cannot be asked now (${error.message}).`, "Run this again.")];
  }
}

/** Who has joined, who is passed on to and that nobody is there are told by the workspace alone. */
function findingsOnEvents(url: string, filter: string, webhook: string): VendorFinding[] {
  const state = "doubtful" as const;
  if (url !== webhook) return [{ state, says: "The workspace does not tell this bridge of its events.", next: `${EVENTS} ${webhook}.` }];
  const missing = HEARD_OF_TASKS.filter((event) => filter !== "" && !filter.split(/[\s,]+/).includes(event));
  return missing.map((event) => ({ state, says: `The workspace does not tell of ${event}.`, next: "Tick it under Event callbacks." }));
}

async function onWorkflows(place: string, workflows: string[], get: Get): Promise<VendorFinding[]> {
  const findings: VendorFinding[] = [];
  for (const sid of new Set(workflows)) {
    let isThere = false;
    await unlessGone(async () => {
      await get("taskrouter", `${place}/Workflows/${sid}`);
      isThere = true;
    });
    if (!isThere)
      findings.push(badFinding(`The workspace has no workflow ${sid}.`, "Copy it again: TaskRouter, your workspace, Workflows."));
  }
  return findings;
}

/** In another service than Flex's own, agents would see nothing. */
async function onService(get: Get): Promise<VendorFinding[]> {
  const { chat_service_instance_sid: flex } = Flex.parse(await get("flex-api", "/v1/Configuration"));
  const { default_chat_service_sid: service } = Conversations.parse(await get("conversations", "/v1/Configuration"));
  return service === flex ? [] : [badFinding("New conversations do not belong to Flex.", SERVICE)];
}

const KEY = "Compare the account's SID and its auth token, or the API key, with Twilio's console.";
const EVENTS = "Without them no visitor reads who has joined. Enter under TaskRouter, your workspace, Settings, Event callback URL:";
const SERVICE = "Make the Flex Chat Service the default: Conversations, Manage, Defaults.";

const Workspace = z.object({
  friendly_name: z.string().nullish(),
  event_callback_url: z.string().nullish(),
  events_filter: z.string().nullish(),
});
const Flex = z.object({ chat_service_instance_sid: z.string().nullish() });
const Conversations = z.object({ default_chat_service_sid: z.string().nullish() });

type Get = (product: Product, path: string) => Promise<unknown>;
