import type { VendorDouble, Witness } from "@baton/bridge-server/conformance";
import chatwootDouble from "../doubles/chatwoot.ts";
import intercomDouble from "../doubles/intercom.ts";
import flexDouble from "../doubles/twilio-flex.ts";
import zendeskDouble from "../doubles/zendesk.ts";
import type { Description, Overlay } from "./specification.ts";

const strayNullables: Overlay = {
  because: "`nullable` without `type` does not compile, and what does not compile checks nothing",
  change: dropStrayNullables,
};

/** A vendor that publishes a description of its API, and where that is known to be incomplete or wrong. */
export interface DescribedVendor {
  vendor: string;
  start(watch: { seen?: Witness; told?: (event: { type: string }) => void }): Promise<VendorDouble>;
  files: { file: string; prefix?: string; overlays: Overlay[] }[];
  /** Fields that the vendor describes as anything at all, so that no value of them is wrong. */
  free: string[];
  /** Where files are given and lie, where that is no part of what it describes. */
  downloads?: RegExp;
  /** Its webhooks' events by name, and the schema of each. An event that the stand-in invents has none. */
  webhooks?: Record<string, string>;
}

export const describedVendors: DescribedVendor[] = [
  {
    vendor: "chatwoot",
    start: chatwootDouble,
    files: [
      {
        file: "chatwoot-client.json",
        overlays: [
          nullable("public_contact", "email", "a contact that was given none has none"),
          adding(
            "public_contact_create_update_payload",
            "source_id",
            "its contacts controller takes it, and finds the same contact by it again",
          ),
        ],
      },
      {
        file: "chatwoot-application.json",
        overlays: [
          adding("conversation_message_create_payload", "source_id", "its message builder keeps it, and every message in an answer has it"),
          adding(
            "conversation_message_create_payload",
            "echo_id",
            "its message builder hands it back; the description has it for contacts only",
          ),
          nullable("message", "source_id", "a message that came without one has none"),
          {
            because: "files come as multipart/form-data, as its description says since its pull request 14600 of May 2026",
            change: addMessageWithFiles,
          },
        ],
      },
    ],
    free: [],
    downloads: /^\/rails\/active_storage\//,
  },
  {
    vendor: "intercom",
    start: intercomDouble,
    files: [
      {
        file: "intercom-2.16.yaml",
        overlays: [
          strayNullables,
          {
            because: "a contact's id is to be a UUID and of 24 characters at once, and the description's own example is refused",
            change: (description) => {
              const { from } = propertiesOf(description, "create_conversation_request") as { from: { properties: { id: object } } };
              Object.assign(from.properties.id, { format: undefined });
            },
          },
          {
            because: "a part that assigns nothing has nobody here, as its own words say",
            change: (description) => {
              const properties = propertiesOf(description, "conversation_part");
              properties["assigned_to"] = { anyOf: [properties["assigned_to"], { enum: [null] }] };
            },
          },
        ],
      },
    ],
    free: [],
    downloads: /^\/i\/o\//,
    webhooks: { conversation: "conversation" },
  },
  {
    vendor: "twilio-flex",
    start: flexDouble,
    files: ["conversations", "flex", "taskrouter"].map((product) => ({ file: `twilio_${product}_v1.json`, overlays: [strayNullables] })),
    downloads: /^\/v1\/Services\/IS\w+\/Media|^\/direct\//,
    // Any text is one of these. Of `Channel` and `Routing` Twilio says nothing at all: the stand-in looks at them.
    free: [
      "UniqueName",
      "FriendlyName",
      "Identity",
      "Author",
      "Body",
      "Attributes",
      "Configuration.Url",
      "Configuration.Filters",
      "Channel",
      "Routing",
    ],
  },
  {
    vendor: "zendesk",
    start: zendeskDouble,
    files: [
      {
        file: "zendesk-sunshine-conversations.yaml",
        prefix: "/sc",
        overlays: [
          strayNullables,
          {
            because:
              "a choice by `type` that may match several of its members refuses every text: the name decides, as its `discriminator` says",
            change: ({ components }) =>
              void Object.assign(components.schemas["content"] ?? {}, choiceByType(components.schemas["content"])),
          },
        ],
      },
    ],
    free: [],
    downloads: /^\/sc\/media\//,
    webhooks: {
      "conversation:message": "conversationMessageEvent",
      "conversation:typing": "conversationTypingEvent",
      "conversation:message:delivery:channel": "conversationMessageDeliveryChannelEvent",
    },
  },
];

/** OpenAPI's `discriminator` as plain JSON Schema: each name goes with its own shape, and no other name goes. */
function choiceByType(schema: Record<string, unknown> = {}): object {
  const { mapping } = schema["discriminator"] as { mapping: Record<string, string> }; // fails its test where the description has none
  const members = Object.entries(mapping).map(([name, $ref]) => ({ allOf: [{ $ref }, { properties: { type: { const: name } } }] }));
  return { oneOf: members, discriminator: undefined };
}

function addMessageWithFiles(description: Description): void {
  const call = description.paths["/api/v1/accounts/{account_id}/conversations/{conversation_id}/messages"]?.["post"];
  const { content, message_type, source_id, echo_id } = propertiesOf(description, "conversation_message_create_payload");
  const files = { type: "array", items: { type: "string", format: "binary" } };
  const properties = { content, message_type, source_id, echo_id, "attachments[]": files };
  Object.assign(call?.requestBody?.content ?? {}, { "multipart/form-data": { schema: { type: "object", properties } } });
}

function dropStrayNullables(at: unknown): void {
  if (typeof at !== "object" || at === null) return;
  if ("nullable" in at && !("type" in at)) delete at.nullable;
  for (const inner of Object.values(at)) dropStrayNullables(inner);
}

function adding(schema: string, field: string, because: string): Overlay {
  return { because, change: (description) => void Object.assign(propertiesOf(description, schema), { [field]: { type: "string" } }) };
}

function nullable(schema: string, field: string, because: string): Overlay {
  return { because, change: (description) => void Object.assign(propertiesOf(description, schema)[field] as object, { nullable: true }) };
}

/** Throws, and so fails its test, where the description has no such schema any more. */
function propertiesOf({ components }: Description, schema: string): Record<string, unknown> {
  return components.schemas[schema]?.["properties"] as Record<string, unknown>; // an overlay names an object that is there
}
