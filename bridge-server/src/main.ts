import { createAdaptorServer } from "@hono/node-server";
import { createAlerts } from "./alerts.ts";
import { createAnnouncer } from "./announce.ts";
import { doubtsAboutStore, filesFolder, openFanout, openFileStore, openStore } from "./backing.ts";
import { createBridge, type Bridge } from "./bridge.ts";
import { channelOf } from "./bridge-threads.ts";
import { createCall } from "./call.ts";
import { pause, systemClock, type Clock } from "./clock.ts";
import { loadConfig, usualPlace, type Config, type SiteConfig } from "./config.ts";
import { createLiveDestinations } from "./destinations.ts";
import { receiversIn } from "./config-announce.ts";
import { createHold } from "./hold/hold.ts";
import { createFiles } from "./files/files.ts";
import { createIncoming } from "./files/incoming.ts";
import { createAdmission, type AdmissionParts } from "./http/admission.ts";
import { createApp, type AppParts } from "./http/app.ts";
import { createPrivateApp } from "./http/health.ts";
import { createLimits } from "./http/limits.ts";
import { createDeparture } from "./http/departure.ts";
import { createListeners } from "./http/listeners.ts";
import { createKeyring } from "./keyring.ts";
import { createLog, levelFrom, standardError, type Log } from "./log.ts";
import { createOperations } from "./operations/operations.ts";
import type { Lag } from "./operations/pressure.ts";
import { choresOf } from "./main-chores.ts";
import { redactionOf } from "./main-redaction.ts";
import { channelsOf, onChannel, siteAt } from "./main-channels.ts";
import { consoleOf } from "./main-console.ts";
import { makeFolder } from "./main-folder.ts";
import { listenOn, portOf, StartError } from "./main-listen.ts";
import { connectAll, pastsOf } from "./main-parties.ts";
import { createMailer } from "./mail.ts";
import { startSip, type SipServer } from "./main-sip.ts";
import { newId } from "./random.ts";
import { createReconciliation } from "./reconciliation.ts";
import type { Store } from "./store/store.ts";
import { createSignals } from "./work/signals.ts";
import type { Outside, SiteParts } from "./work/task.ts";
import { createWorker } from "./work/work.ts";

export interface Running {
  url: string;
  /** Where metrics and health are read, if anywhere. */
  privateUrl: string | null;
  /** Where calls are taken, if anywhere. */
  sipPort: number | null;
  /** The way in for whoever runs the bridge inside a program of theirs; everybody else comes through the URL. */
  bridge: Bridge;
  /**
   * Finishes or hands over what is under way, tells streams to come back, and closes: within ten seconds. `noticeMs` of them it
   * goes on as before, but says that it is not ready and keeps no connection, so that a proxy can send everybody elsewhere.
   */
  stop(noticeMs?: number): Promise<void>;
}

/** What a bridge runs in. Left out, it is what a server has. */
export interface Surroundings {
  clock?: Clock;
  log?: Log;
  lag?: Lag;
  /** How long a job stays its worker's without a sign of life. */
  leaseMs?: number;
  /** Stands between the bridge and its store. */
  between?(store: Store): Store;
}

/** How long a bridge that is told to stop waits for outside calls, and then for its last answers to be read. */
const STOP_WITHIN_MS = 8_000;
const READ_WITHIN_MS = 1_000;
/** Those who listen are sent to the other bridges over so long at most. */
const DEPART_WITHIN_MS = 6_000;

/** Builds the parts and starts them. Rejects with a `ConfigError` or a sentence that a person can act on. */
export async function startBridge(
  config: Config,
  { clock = systemClock, log = createLog(standardError(), clock), lag, leaseMs, between = (store) => store }: Surroundings = {},
): Promise<Running> {
  const console = consoleOf(config);
  const watch = createOperations({ config, clock, ...(lag && { lag }) });
  const call = watch.call(createCall({ allowPrivate: config.outbound.allowPrivate, clock }));
  const hold = createHold({ allowPrivate: config.outbound.allowPrivate, clock });
  const { assistants, connectors, channels } = await connectAll(config, { call, hold, log, clock }, watch);

  if (config.store === "sqlite") makeFolder(config.data);
  const store = watch.store(between(await openStore(config, clock)));
  const noticed = (state: string, because: string) =>
    log({ event: "fanout", level: state === "connected" ? "info" : "warn", state, ...(because && { because }) });
  const fanout = openFanout(config, { clock, noticed });
  const redacted = redactionOf(config);
  const announcer = redacted.announcer(createAnnouncer(receiversIn(config), call));
  const incoming = createIncoming(filesFolder(config.data));
  const files = createFiles(openFileStore(config, incoming), config.listen.publicUrl);
  const bridge = createBridge({
    store,
    fanout,
    clock,
    policyOf: (key) => policyOf(siteOf(key.site), silenceAt(key.site, channelOf(key)), assistants.get(key.site)?.variant),
    announcedTo: announcer.toldOn,
    forgetFiles: files.forget,
    ...(leaseMs && { leaseMs }),
  });
  const mailer = config.mail ? createMailer(config.mail) : null;
  const sites = () => Object.keys(config.sites);
  const queuesOf = (name: string) => connectors.get(name)?.queues ?? null;
  const destinations = createLiveDestinations({ config, queuesOf, store, clock, log });
  const pasts = pastsOf(assistants);
  const chores = choresOf(config, { bridge, clock, log, redact: redacted.line, looksBackOn: Object.keys(pasts) });
  const configured = config.operators.keys.map(({ name, role, key }) => ({ name, role, reveal: key.reveal }));
  const oidc = config.operators.oidc?.clientSecret.reveal() ?? "";
  const keyring = createKeyring({ configured, secrets: [...configured.map(({ reveal }) => reveal()), oidc], store, clock });
  const alerts = createAlerts(config.alerts, { bridge, clock, sites, assistantOf: (site) => partsOf(site).assistant });
  const reconciliation = createReconciliation(pasts, { bridge, clock });
  const outside: Outside = {
    bridge,
    store,
    clock,
    log,
    announcer,
    alerts,
    reconciliation,
    mailer,
    files,
    chores,
    newId,
    sites,
    site: partsOf,
    readDestinations: destinations.look,
  };
  const worker = createWorker(outside);
  const leaving = new AbortController();
  const departure = createDeparture(clock);
  const listeners = createListeners(config.listen.maxStreams);
  const ready = watch.readiness(store, () => leaving.signal.aborted);
  const pressure: AdmissionParts["pressure"] = watch.pressure(() => admission.underWay());
  const isFull = (site: string) => Object.hasOwn(config.sites, site) && listeners.isFull(site, siteOf(site));
  const admission = createAdmission({ clock, pressure, isFull, shed: watch.shed });

  const limits = watch.limits(createLimits(clock));
  const storedBy: AppParts["storedBy"] = (name, sharedId) =>
    partsOf(name)
      .assistant.context({ chat: null, sharedId })
      .catch(() => ({ state: "unreachable" as const }));
  let sip: SipServer | null = null;
  const app = createApp({
    bridge,
    admission,
    listeners,
    files,
    call,
    ready,
    clock,
    log,
    limits,
    newId,
    sendsMail: mailer !== null,
    leaving: leaving.signal,
    departure,
    widget: config.widget,
    console,
    looks: config,
    trustedProxies: config.listen.trustedProxies,
    publicUrl: config.listen.publicUrl,
    origins: new Set(Object.values(config.sites).flatMap(({ origins }) => origins)),
    keyring,
    hasKeys: configured.length > 0,
    noteDeed: bridge.noteDeed,
    exportsByItself: config.export !== undefined,
    redact: redacted.line,
    sites: [...assistants].map(([name, { account, project, studioPage: page }]) => ({ name, account, project, studioPage: page })),
    site: (name) => (Object.hasOwn(config.sites, name) ? siteOf(name) : null),
    connector: (site, name) => (Object.hasOwn(config.sites, site) ? (connectors.get(name)?.connector ?? null) : null),
    alerts: alerts.list,
    reconciliation,
    sipOf: (name) => (Object.hasOwn(config.sites, name) ? (config.sites[name]?.sip ?? null) : null),
    handingOff: partsOf,
    callsOf: (name) => sip?.callsOf(name) ?? [],
    destinations,
    desks: Object.keys(config.connectors),
    storedBy,
    channel: (name) => channels.get(name)?.channel ?? null,
    onChannel: onChannel(config, channels),
    siteAt: siteAt(config),
    signal: createSignals(outside),
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  const { host, port, metrics: numbers } = config.listen;
  const privately = numbers && {
    ...numbers,
    server: createAdaptorServer({
      fetch: createPrivateApp({ ready, metrics: watch.count(store, listeners.counts, () => sip?.counts() ?? null, destinations.sites) })
        .fetch,
    }),
  };
  await destinations.start(); // nothing is routed before it is known by what
  try {
    await listenOn(server, host, port, "listen.port");
    if (privately) await listenOn(privately.server, privately.host, privately.port, "listen.metrics.port");
    sip = await startSip(config, { sites: destinations.sites, bridge, clock, log, limits, count: watch.sip, storedBy, partsOf });
  } catch (error) {
    server.close();
    privately?.server.close();
    destinations.stop();
    await fanout.close();
    await store.close();
    throw error;
  }
  await keyring.start();
  worker.start();
  const stopTidying = incoming.keepTidy(clock);
  log({ event: "started", level: "info", port: portOf(server) });

  return {
    url: `http://${host}:${portOf(server)}`,
    privateUrl: privately ? `http://${privately.host}:${portOf(privately.server)}` : null,
    sipPort: sip.port,
    bridge,
    async stop(noticeMs = 0) {
      leaving.abort();
      if (noticeMs > 0) await pause(clock, noticeMs);
      const closed = new Promise<void>((done) => server.close(() => done())); // first, so that nobody who is told to come back does so here
      const withinMs = STOP_WITHIN_MS - noticeMs;
      await Promise.all([departure.begin(Math.min(withinMs, DEPART_WITHIN_MS)), worker.stop(withinMs)]);
      await Promise.race([closed, pause(clock, READ_WITHIN_MS)]);
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await sip?.close();
      keyring.stop();
      stopTidying();
      destinations.stop();
      await fanout.close();
      await store.close();
      await Promise.all([call.close(), hold.close()]);
      privately?.server.close();
      watch.stop();
    },
  };

  function siteOf(name: string): SiteConfig {
    const site = destinations.sites()[name];
    if (!site) throw new Error(`the site ${name} is no longer configured`);
    return site;
  }

  function silenceAt(site: string, channel: string | null): SiteConfig["silence"] {
    return (channel !== null && channelsOf(siteOf(site), channels)[channel]?.silence) || siteOf(site).silence;
  }

  function partsOf(name: string): SiteParts {
    const site = siteOf(name);
    const { title, routes, defaultRoute, hours, fallback, files: taken, assistant, handoff, silence, limits } = site;
    const connected = assistants.get(name);
    if (!connected) throw new Error(`the site ${name} has no assistant`);
    const rules = { routes, defaultRoute, hours };
    return {
      title,
      assistant: connected.assistant,
      connectors: Object.fromEntries(connectors),
      channels: channelsOf(site, channels),
      turnsPerDay: limits.turnsPerDay,
      rules,
      fallback,
      files: taken,
      whenOver: assistant.whenOver,
      handoff,
      silence,
    };
  }
}

function policyOf({ handoff }: SiteConfig, silence: SiteConfig["silence"], variant: string | undefined) {
  const { queueWaitMs, colleagueWaitMs, abandonAfterMs, closeAssistantChat } = handoff;
  const waits = { queueWaitMs, colleagueWaitMs, abandonAfterMs, silenceWarnAfterMs: silence.warnAfterMs };
  return { ...waits, closeAssistantChat, ...(variant !== undefined && { variant }) };
}

/** Runs a bridge by the configuration in a file until it is told to stop. */
export async function serve(path = usualPlace(), surroundings: Surroundings = {}): Promise<void> {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < 24) throw new StartError(`Node ${process.versions.node} is too old: Baton runs on Node 24 or newer.`);
  const config = await loadConfig(path, process.env);
  const lines = standardError();
  const level = levelFrom(process.env["BATON_LOG"]);
  if (level === null) throw new StartError("BATON_LOG is no level: write debug, info, warn or error, or leave it out.");
  const log = createLog(lines, { now: systemClock.now, level });
  for (const warning of config.warnings) log({ event: "configuration", level: "warn", hint: warning });
  for (const hint of await doubtsAboutStore(config)) log({ event: "store", level: "warn", hint });
  const running = await startBridge(config, { log, ...surroundings });
  process.stdout.write(`bridge ready ${running.url}\n`);
  const notice = { SIGTERM: config.listen.noticeMs, SIGINT: 0 }; // at a keyboard, nobody sends visitors elsewhere
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void running.stop(notice[signal]).then(() => (lines.flush(), process.exit(0))));
  }
}

if (import.meta.main) {
  serve(process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error && error.name !== "Error" ? error.message : (error as Error).stack}\n`);
    process.exit(1);
  });
}
