import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "./clock.ts";
import { roles, scopes, type Role, type Scope } from "./config-roles.ts";
import type { KeptKey } from "./store/audit.ts";
import type { Store } from "./store/store.ts";

/** Keys that others make, change or take away are known here so soon. */
const LOOK_EVERY_MS = 3_000;
/** When a key was used is written down so often at most. */
const USED_EVERY_MS = 60_000;

/** A key as configured. */
export interface ConfiguredKey {
  name: string;
  role: Role;
  reveal(): string;
}

/** Whose key it is, and what it opens. */
export interface KeyHolder {
  name: string;
  role: Role;
  /** `null`: whatever the role may. */
  scopes: Scope[] | null;
  /** Its id, where it was made while the bridge was running. */
  key: string | null;
  /** SHA-256, hexadecimal. */
  digest: string;
  /** What its sessions are sealed with: the same on every bridge, and in no store. */
  seal: string;
  expiresAt: Date | null;
}

interface KeyringParts {
  configured: ConfiguredKey[];
  /** What every bridge of the same configuration knows, and nobody who reads the store. */
  secrets: string[];
  store: Pick<Store, "operatorKeys" | "useOperatorKey">;
  clock: Clock;
}

/** Every key that opens the operators' API: those of the configuration, and those that were made since. */
export function createKeyring({ configured, secrets, store, clock }: KeyringParts) {
  const own: KeyHolder[] = configured.map(({ name, role, reveal }) => {
    return { name, role, scopes: null, key: null, digest: digestOf(reveal()), seal: reveal(), expiresAt: null };
  });
  const configuration = secrets.join("\n");
  let kept = new Map<string, KeptKey>();
  let made: KeyHolder[] = [];
  let cancel = () => {};
  let isStopped = false;

  return {
    /** Whose key this is, or `null`: nobody's, or one that no longer holds. */
    find(given: string): KeyHolder | null {
      const digest = Buffer.from(digestOf(given));
      const matches = [...own, ...made].map((one) => (timingSafeEqual(Buffer.from(one.digest), digest) ? one : null)); // all, so that time tells nothing
      const found = matches.find((one) => one !== null && holds(one)) ?? null;
      if (found?.key) used(found.key);
      return found;
    },
    /** Everybody whose key holds now. */
    holders: (): KeyHolder[] => [...own, ...made].filter(holds),
    /** Reads what was made, and goes on doing so. A store that is away leaves things as they were. */
    async start(): Promise<void> {
      await look().catch(() => {}); // the next look decides
      if (!isStopped) cancel = clock.after(LOOK_EVERY_MS, () => void this.start());
    },
    look,
    stop(): void {
      isStopped = true;
      cancel();
    },
  };

  function holds({ expiresAt }: KeyHolder): boolean {
    return expiresAt === null || expiresAt > clock.now();
  }

  async function look(): Promise<void> {
    const all = await store.operatorKeys();
    kept = new Map(all.map((key) => [key.id, key]));
    made = all.map((key) => holderFrom(key, digestOf(`${configuration}\n${key.digest}`)));
  }

  function used(id: string): void {
    const key = kept.get(id);
    const now = clock.now();
    if (!key || (key.usedAt !== null && now.getTime() - Date.parse(key.usedAt) < USED_EVERY_MS)) return;
    const usedAt = new Date(Math.floor(now.getTime() / USED_EVERY_MS) * USED_EVERY_MS).toISOString();
    kept.set(id, { ...key, usedAt });
    void store.useOperatorKey(id, usedAt).catch(() => {}); // nobody waits for it
  }
}

export type Keyring = ReturnType<typeof createKeyring>;

export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** What an older or newer bridge has written and this one does not know opens nothing. */
function holderFrom({ id, name, role, scopes: granted, digest, expiresAt }: KeptKey, seal: string): KeyHolder {
  const known = roles.find((one) => one === role);
  const its = granted ?? (known ? null : []);
  return {
    name,
    role: known ?? "viewer",
    scopes: its && scopes.filter((scope) => its.includes(scope)),
    key: id,
    digest,
    seal,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  };
}
