import type { Connection } from "../connection/connection.ts";
import type { Refusal } from "../connection/refusal.ts";
import type { Memory } from "./memory.ts";
import type { Proof } from "./proof.ts";

// Who the visitor is, by the site's word. Loaded where a site has said something.

/** What a page has said of the visitor, with and without proof. */
interface Known {
  identity?: Proof | null;
  told?: Record<string, unknown>;
}

/**
 * Begins a conversation, which is that person's from then on. What the bridge does not believe is left out: it decides whether strangers
 * may chat. What the page says without proof goes along as such.
 */
export async function beginAs(
  { identity: proof, told }: Known,
  { connection, memory, believed }: { connection: Connection; memory: Memory; believed(is: boolean): void },
  ...[site, begin]: Parameters<Connection["begin"]>
): ReturnType<Connection["begin"]> {
  const body = { ...begin, ...tellable(told) };
  if (!proof) return connection.begin(site, body);
  const identity = await tokenOf(proof);
  if (identity !== null) {
    try {
      const began = await connection.begin(site, { ...body, identity });
      memory.write("subject", subjectOf(identity));
      believed(true);
      return began;
    } catch (error) {
      if ((error as Partial<Refusal>).code !== "unauthorized") throw error; // by its code: its class is of another file
    }
  }
  believed(false);
  return connection.begin(site, body);
}

/** As much as the bridge takes, so that no page's mistake costs its visitors the chat. */
function tellable(told: Record<string, unknown> = {}): { attributes?: Record<string, string> } {
  const fit = Object.entries(told).filter(([name, value]) => /^[a-z]\w{0,39}$/i.test(name) && value != null && typeof value !== "object");
  const attributes = Object.fromEntries(fit.slice(0, 20).map(([name, value]) => [name, String(value).slice(0, 200)]));
  return fit.length > 0 ? { attributes } : {};
}

/** Whether the chat that is there is somebody else's. */
export async function isAnothers(proof: Proof, memory: Memory): Promise<boolean> {
  return memory.read("session") !== null && subjectOf(await tokenOf(proof)) !== memory.read("subject");
}

/** `null` if the page has promised one and has none. */
async function tokenOf(proof: Proof): Promise<string | null> {
  try {
    return String(typeof proof === "function" ? await proof() : proof);
  } catch {
    return null; // the page's mistake: the chat begins with a stranger, and the page is told
  }
}

/** Only to tell one person from another here: whether it is true is the bridge's to say. */
function subjectOf(token: string | null): string | null {
  try {
    const [, body = ""] = (token ?? "").split(".");
    return String((JSON.parse(atob(body.replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: unknown }).sub ?? "") || null;
  } catch {
    return null;
  }
}
