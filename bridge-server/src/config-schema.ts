import * as z from "zod";
import type { ChannelModule } from "./channels/channel.ts";
import type { ConnectorModule } from "./connectors/connector.ts";
import { AlertsSetting } from "./config-alerts.ts";
import { AnnounceSetting, SlackSetting } from "./config-announce.ts";
import { FanoutSetting, StoreSetting } from "./config-backing.ts";
import { isChannelModule, SiteChannelSetting } from "./config-channels.ts";
import { ExportSetting } from "./config-export.ts";
import { destinationsShape } from "./config-destinations.ts";
import { Milliseconds } from "./config-durations.ts";
import { FilesSetting, FileStoreSetting } from "./config-files.ts";
import { HandoffSetting } from "./config-handoff.ts";
import { IdentitySetting } from "./config-identity.ts";
import { LookSetting } from "./config-look.ts";
import { MailSetting } from "./config-mail.ts";
import { OperatorsSetting } from "./config-operators.ts";
import { SipServerSetting, SipSetting } from "./config-sip.ts";
import { RedactionSetting } from "./config-redaction.ts";
import { RetentionSetting } from "./config-retention.ts";
import { Name, Text } from "./config-texts.ts";
import { VisitorSetting } from "./config-visitor.ts";

const Count = z.int().positive();

/** What the assistant's own schema checks is passed on untouched. */
const Assistant = z
  .looseObject({
    platform: z.literal("polyai").default("polyai"),
    /** What follows when the assistant's chat has run out: begin anew, fetch a person, or end. */
    whenOver: z.enum(["restart", "handoff", "end"]).default("restart"),
  })
  .transform(({ platform, whenOver, ...settings }) => ({ platform, whenOver, settings }));

/** What the connector's own schema checks, which knows what of it is secret. */
const OwnSettings = z.record(z.string(), z.unknown()).default({});

const Connector = z.strictObject({
  /** The name of a file in `connectors/`, or a connector that the configuration imported. */
  use: z.union([Name, z.custom<ConnectorModule>(isConnectorModule)], {
    error: "is neither a connector's name nor an imported connector",
  }),
  settings: OwnSettings,
});

const Channel = z.strictObject({
  /** The name of a file in `channels/`, or a channel that the configuration imported. */
  use: z.union([Name, z.custom<ChannelModule>(isChannelModule)], { error: "is neither a channel's name nor an imported channel" }),
  settings: OwnSettings,
});

const Site = z.strictObject({
  /** What the visitor sees above the chat. */
  title: Text,
  /** The pages that may show it: scheme, host and port of each. */
  origins: z.array(z.string().superRefine(checkOrigin)).min(1, { error: "is empty: write the origin of every page that shows the chat" }),
  look: LookSetting,
  /** How the site says who its visitor is. Left out, everybody is a stranger. */
  identity: IdentitySetting.optional(),
  visitor: VisitorSetting,
  files: FilesSetting,
  assistant: Assistant,
  /** Where visitors without a browser find the site, by a name under the `channels` of the whole. */
  channels: z.record(Name, SiteChannelSetting).default({}),
  ...destinationsShape,
  /** The visitor's own "Talk to a person". */
  person: z.strictObject({ offered: z.boolean().default(true), destination: Text.nullable().default(null) }).prefault({}),
  handoff: HandoffSetting,
  /** What phone calls carry of a handoff, and bring of one. */
  sip: SipSetting,
  silence: z.strictObject({ warnAfterMs: Milliseconds.default(600_000), endAfterMs: Milliseconds.default(120_000) }).prefault({}),
  limits: z
    .strictObject({
      /** Questions to the assistant, per day of UTC. */
      turnsPerDay: Count.default(5_000),
      handoffsPerHour: Count.default(120),
      filesPerDay: Count.default(1_000),
      /** Browsers that listen at the same time. */
      streams: Count.default(10_000),
      perVisitor: z
        .strictObject({
          linesPerMinute: Count.default(20),
          /** Lines within ten seconds. */
          burst: Count.default(5),
          linesPerDay: Count.default(200),
          filesPerDay: Count.default(20),
        })
        .prefault({}),
      /** An address is an IPv4 address or an IPv6 /64. */
      perAddress: z
        .strictObject({
          conversationsPerHour: Count.default(10),
          linesPerMinute: Count.default(60),
          filesPerHour: Count.default(60),
          /** Open at the same time. */
          streams: Count.default(100),
        })
        .prefault({}),
    })
    .prefault({}),
});

/** Everything a site owner may write. */
export const ConfigSchema = z.strictObject({
  listen: z
    .strictObject({
      host: Text.default("127.0.0.1"),
      /** 0: any that is free. */
      port: z.int().min(0).max(65_535).default(3001),
      /** Where browsers and vendors find this bridge. */
      publicUrl: z.url({ protocol: /^https?$/, error: "is not an address: write one such as https://chat.example.com" }).optional(),
      /** How many proxies of yours stand before the bridge: so many entries of `X-Forwarded-For` are believed. */
      trustedProxies: z.int().min(0).max(10).default(0),
      /** Browsers that listen at the same time, on all sites together. Each takes about 20 KiB. */
      maxStreams: Count.default(20_000),
      /** How long a bridge that gets SIGTERM goes on serving while `/readyz` says no: longer than your proxy takes to notice. */
      noticeMs: z.int().min(0).max(5_000, { error: "is more than five seconds, of the ten that a stop may take" }).default(1_000),
      /** Where Prometheus reads `/metrics`: an address of its own, for nobody else. Left out: nowhere. */
      metrics: z.strictObject({ host: Text.default("127.0.0.1"), port: z.int().min(0).max(65_535) }).optional(),
    })
    .prefault({})
    .transform(({ publicUrl, ...listen }) => ({
      ...listen,
      publicUrl: (publicUrl ?? `http://localhost:${listen.port}`).replace(/\/+$/, ""),
    })),
  /** The folder of the bridge's memory, from the configuration's own folder. */
  data: Text.default("./.data"),
  /** Left out: a file in the folder `data`, for one bridge. */
  store: StoreSetting.default("sqlite"),
  /** Left out: the folder `files` under `data`. */
  fileStore: FileStoreSetting.default("folder"),
  /** Left out: over the same database, if the store is one. */
  fanout: FanoutSetting.optional(),
  /** The folder with `baton.js`. Left out: the `dist` of the `@baton/widget` that is installed beside the configuration. */
  widget: Text.optional(),
  outbound: z
    .strictObject({
      /** For development: `http` and private addresses may be called. */
      allowPrivate: z.boolean().default(false),
      /** Tells the assistant and the desks which trace a call belongs to, in the W3C header of that name. */
      traceparent: z.boolean().default(false),
    })
    .prefault({}),
  /** Who may read handoffs and transcripts, and steer them. Without a key, nobody. */
  operators: OperatorsSetting,
  /** Systems that are told of every handoff: see `announce.md`. */
  announce: z.record(Name, AnnounceSetting).default({}),
  /** Conversations that have ended, written to a folder or a bucket by themselves: see `export.md`. */
  export: ExportSetting.optional(),
  /** What is taken out of texts before they leave. Left out: nothing. */
  redaction: RedactionSetting,
  /** For how long what is kept. Left out: until somebody erases it. */
  retention: RetentionSetting,
  /** Channels where people are told: of alerts, unless they want to hear of more. */
  slack: z.record(Name, SlackSetting).default({}),
  /** What operators are told of without looking. */
  alerts: AlertsSetting,
  /** Left out: visitors can save what was said, and not have it mailed. */
  mail: MailSetting.optional(),
  /** Where phone calls come in, to be told where they go on: see `sip.md`. Left out: nowhere. */
  sip: SipServerSetting.optional(),
  connectors: z.record(Name, Connector),
  /** Ways to visitors who are not in a browser, such as text messages. */
  channels: z.record(Name, Channel).default({}),
  sites: z.record(Name, Site).refine((sites) => Object.keys(sites).length > 0, { error: "is empty: write at least one site" }),
});

/** What to write of a setting that stands beside `sites` and belongs in one, or the other way round. */
export function misplaced(place: PropertyKey[], key: string): string | null {
  if (place.length === 0 && key in Site.shape) return "is not a setting of the whole: write it in the site, under sites";
  if (place.length === 2 && place[0] === "sites" && key in ConfigSchema.shape) return "is not a setting of one site: write it beside sites";
  return null;
}

function isConnectorModule(value: unknown): boolean {
  return typeof value === "object" && value !== null && "settings" in value && "connect" in value && typeof value.connect === "function";
}

function checkOrigin(origin: string, context: z.core.$RefinementCtx<string>): void {
  const url = URL.parse(origin);
  if (url !== null && url.origin === origin && /^https?:$/.test(url.protocol)) return;
  const what = url !== null && origin.startsWith(`${url.origin}/`) ? "has a path" : "is not an origin";
  context.addIssue({ code: "custom", message: `${what}: write scheme, host and port only, such as https://shop.example.com`, input: null });
}
