// What can be wrong around a bridge, looked at one by one, and what to do about it.
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announcer } from "./announce.ts";
import type { Assistant } from "./assistant/assistant.ts";
import { CallError, type Call } from "./call.ts";
import type { Channel } from "./channels/channel.ts";
import type { Config, SiteConfig } from "./config.ts";
import type { Connector, Destination } from "./connectors/connector.ts";
import { explainChat, explainContext, explainReceiver, explainVendor, type Explanation } from "./diagnosis-errors.ts";
import { codeOf } from "./files/error-code.ts";
import { faultOf } from "./log.ts";
import type { Mailer } from "./mail.ts";
import { OidcError, type Oidc } from "./oidc.ts";
import { newId } from "./random.ts";

/** One thing that was looked at. `next` is what to do; `null` when there is nothing to do, or `says` has said it. */
export interface Finding {
  about: string;
  state: "good" | "doubtful" | "bad" | "not_tried";
  says: string;
  next: string | null;
}

const OLDEST_NODE = 24;

export function checkNode(version: string): Finding {
  const isNewEnough = Number.parseInt(version, 10) >= OLDEST_NODE;
  if (isNewEnough) return good("Node", `Node ${version} runs the bridge.`);
  return bad("Node", { says: `Node ${version} is too old for the bridge.`, next: `Use Node ${OLDEST_NODE} or newer.` });
}

/** Writes a file and removes it: permissions, a full disk and a read-only mount look alike until one does. */
export async function checkDataFolder(folder: string): Promise<Finding> {
  const probe = join(folder, `.doctor-${newId()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
    return good("Data folder", `${folder} can be written.`);
  } catch (error) {
    return bad("Data folder", {
      says: `${folder} cannot be written (${codeOf(error)}).`,
      next: "Give the bridge's user the right to write there, or name another folder in `data`.",
    });
  }
}

export async function checkWidget(folder: string): Promise<Finding> {
  try {
    await access(join(folder, "baton.js"));
    return good("Widget", `${folder} holds the widget.`);
  } catch (error) {
    return bad("Widget", {
      says: `${folder} holds no baton.js (${codeOf(error)}).`,
      next: "Build the widget, or name its folder in `widget`.",
    });
  }
}

/** A call to make an assistant or a connector with. Of the last one it knows what came of it on the wire, whatever they make of that. */
export function listenToCall(call: Call): { call: Call; lastFailure: LastFailure } {
  let last: CallError | null = null;
  return {
    call: async (request) => {
      last = null;
      try {
        return await call(request);
      } catch (error) {
        if (error instanceof CallError) last = error;
        throw error;
      }
    },
    lastFailure: () => last,
  };
}

export type LastFailure = () => CallError | null;

/** Looks for the context of a conversation that cannot exist: who answers "there is none" knows the key, the ids and the region. */
export async function checkContext(site: string, assistant: Assistant, lastFailure: LastFailure): Promise<Finding> {
  const about = `Site ${site}: context for people`;
  try {
    const { state } = await assistant.context({ chat: null, sharedId: newId() });
    const failure = lastFailure();
    if (state !== "missing" || (failure && !isJson(failure))) return bad(about, NOBODY_WE_KNOW);
    if (failure && isAboutThePlace(failure)) return bad(about, explainContext(failure));
    return good(about, "The assistant lets the bridge read what it stored.");
  } catch (error) {
    return bad(about, explainContext(asCallError(error)));
  }
}

/** Begins a conversation and ends it. The platform counts, and may bill, it. */
export async function checkChat(site: string, assistant: Assistant): Promise<Finding> {
  const about = `Site ${site}: chat`;
  try {
    const { chat } = await assistant.begin({ sharedId: newId(), language: null, page: null });
    await assistant.end(chat);
    return good(about, "The assistant began a conversation and ended it.");
  } catch (error) {
    return bad(about, explainChat(asCallError(error)));
  }
}

export interface ConnectorUnderTest {
  connector: Connector;
  lastFailure: LastFailure;
}

/**
 * Asks whether each place that a site's handoffs lead to can be staffed. Nobody being there is no fault.
 * A connector that cannot be asked at all is told once, not for each of its queues.
 */
export async function checkDestinations(site: string, connectors: Map<string, ConnectorUnderTest>, config: SiteConfig): Promise<Finding[]> {
  const findings: Finding[] = [];
  const hopeless = new Set<string>();
  for (const { connector: name, ...destination } of targetsOf(config)) {
    const connector = connectors.get(name);
    if (!connector || hopeless.has(name)) continue; // one that could not be loaded is a finding of its own
    const queue = destination.queue === null ? "" : `, queue ${destination.queue}`;
    const finding = await checkDestination(`Site ${site}: ${name}${queue}`, connector, destination);
    findings.push(finding);
    if (finding.state === "bad" && connector.lastFailure()?.answer?.status !== 404) hopeless.add(name);
  }
  return findings;
}

async function checkDestination(about: string, { connector, lastFailure }: ConnectorUnderTest, destination: Destination): Promise<Finding> {
  try {
    const { state } = await connector.availability(destination);
    const failure = lastFailure();
    // Not knowing who is there is honest, but wrong credentials would refuse the handoff itself, too.
    if (failure && isAboutCredentials(failure)) return bad(about, explainVendor(failure));
    if (state === "open") return good(about, "It can be reached, and somebody is there.");
    if (state === "unknown") return good(about, "It can be reached, or never says who is there.");
    return {
      about,
      state: "doubtful",
      says: "It can be reached, but nobody is there now.",
      next: "Nothing, if that is right for this hour.",
    };
  } catch (error) {
    return bad(about, explainVendor(asCallError(error)));
  }
}

/** What a connector finds on its platform, looking there with its own keys. */
export async function checkPlatform(name: string, { connector }: ConnectorUnderTest): Promise<Finding[]> {
  return (await connector.examine()).map(({ state, says, next }) => ({ about: `Connector ${name}`, state, says, next }));
}

/** What a channel finds on its platform about the addresses that sites have there. */
export async function checkChannel(name: string, channel: Pick<Channel, "examine">, addresses: string[]): Promise<Finding[]> {
  const about = `Channel ${name}`;
  if (addresses.length === 0)
    return [{ about, state: "doubtful", says: "No site has an address on it.", next: `Write one under a site's channels.${name}.` }];
  return (await channel.examine(addresses)).map(({ state, says, next }) => ({ about, state, says, next }));
}

/** Sends a receiver of announcements an event that tells of nothing, signed like every other. */
export async function checkReceiver(name: string, announcer: Pick<Announcer, "test">): Promise<Finding> {
  const about = `Announcing to ${name}`;
  try {
    await announcer.test(name);
    return good(about, "It took a signed event.");
  } catch (error) {
    return bad(about, explainReceiver(asCallError(error)));
  }
}

/** Whether the mail server lets the bridge in. No mail is sent. */
export async function checkMail(mailer: Pick<Mailer, "test">): Promise<Finding> {
  try {
    await mailer.test();
    return good("Mail", "The mail server lets the bridge in.");
  } catch (error) {
    const { kind, message } = asCallError(error);
    const next =
      kind === "refused"
        ? "Correct the user and the password in the address under `mail.smtp`."
        : "Check the name and the port under `mail.smtp`, and that this machine may reach them.";
    return bad("Mail", { says: `No mail can be sent (${message}).`, next });
  }
}

/** Whether the provider of the company's accounts is there, and is who the configuration says. Nobody is signed in. */
export async function checkAccounts({ host, redirectUri, begin }: Pick<Oidc, "host" | "redirectUri" | "begin">): Promise<Finding> {
  const about = "Console: accounts";
  try {
    await begin();
    return good(about, `${host} answers. It has to know ${redirectUri} as an address to come back to.`);
  } catch (error) {
    if (!(error instanceof OidcError)) throw error;
    return bad(about, {
      says: `Nobody can sign in at ${host} (${faultOf(error.cause).split(" at ", 1)[0]}).`,
      next: "Check `operators.oidc.issuer`, letter by letter, and that this machine may reach it.",
    });
  }
}

/** Sends an unsigned delivery to our own public address: a bridge that answers 401 is found, is ours, and checks signatures. */
export async function checkHooks(
  { site, connector, inbound }: { site: string; connector: string; inbound: Connector["inbound"] },
  { listen, outbound }: Pick<Config, "listen" | "outbound">,
  call: Call,
): Promise<Finding[]> {
  if (inbound.style === "listen") return [];
  const about = `Site ${site}: deliveries from ${connector}`;
  const to = new URL(`${listen.publicUrl}/v1/hooks/${site}/${connector}`);
  try {
    await call({ to, method: "POST", body: {}, deadlineMs: 10_000 });
    const says = `${to.href} takes deliveries without a signature.`;
    return [bad(about, { says, next: "Something other than the bridge answers there: look at `listen.publicUrl` and at the proxy." })];
  } catch (error) {
    const failure = asCallError(error);
    if (failure.answer?.status !== 401) return [bad(about, explainHook(failure, to))];
    if (isThisMachine(to) && !outbound.allowPrivate) {
      const says = `${to.href} is this bridge, but only this machine can reach it.`;
      return [{ about, state: "doubtful", says, next: "Write the address that the vendor can reach into `listen.publicUrl`." }];
    }
    return [good(about, `${to.href} is this bridge, and refuses what is not signed.`)];
  }
}

function explainHook({ answer, message }: CallError, to: URL): Explanation {
  if (answer === null) {
    return {
      says: `Nothing answers at ${to.origin} (${message}).`,
      next: "Start the bridge and run this again. If it runs, its name, its proxy or its certificate is wrong.",
    };
  }
  if (answer.status === 404) {
    return {
      says: `${to.href} is not known there (404).`,
      next: "Restart the bridge if the configuration is newer than it, and make the proxy pass `/v1/` on unchanged.",
    };
  }
  return { says: `${to.href} answered ${answer.status} where the bridge says 401.`, next: "Look at the proxy before the bridge." };
}

const NOBODY_WE_KNOW: Explanation = {
  says: "Whoever answers there is not the assistant's platform: it finds what cannot exist, or speaks another language than JSON.",
  next: "Check `region`, or `baseUrl` where you set one.",
};

/** Names of the connectors that a site's handoffs may lead to. */
export function connectorsOf(config: SiteConfig): Set<string> {
  return new Set(targetsOf(config).map(({ connector }) => connector));
}

/** Each place once: several routes may lead to it. */
function targetsOf({ routes, defaultRoute, fallback }: SiteConfig): { connector: string; queue: string | null; urgent: boolean }[] {
  const messages = fallback.filter((step) => step.to === "leave_message" || step.to === "callback");
  const targets = [
    ...[...routes.map(({ to }) => to), defaultRoute.to].filter((to) => "connector" in to),
    ...messages.map(({ connector, queue }) => ({ connector, queue, urgent: false })),
  ];
  return [...new Map(targets.map((target) => [JSON.stringify([target.connector, target.queue]), target])).values()];
}

export function good(about: string, says: string): Finding {
  return { about, state: "good", says, next: null };
}

export function bad(about: string, { says, next }: Explanation): Finding {
  return { about, state: "bad", says, next };
}

function isThisMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

function isJson({ answer }: CallError): boolean {
  return answer !== null && answer.excerpt.trimStart().startsWith("{"); // an excerpt may be cut, so it need not parse
}

function isAboutCredentials({ answer }: CallError): boolean {
  return answer?.status === 401 || answer?.status === 403;
}

/** Some of the platform's answers have no code, only words. */
function isAboutThePlace({ answer }: CallError): boolean {
  return /(account|project|workspace) not found|no route matched/i.test(answer?.excerpt ?? "");
}

/** Anything else is a fault of ours, and not to be explained away. */
function asCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  throw error;
}
