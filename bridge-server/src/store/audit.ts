import { createHash } from "node:crypto";

/** One line of the chain. */
export interface AuditLink {
  /** From 1, without gaps. */
  number: number;
  /** JSON, as it was hashed. */
  line: string;
  hash: string;
}

/** Where a chain ends. */
export type AuditEnd = Pick<AuditLink, "number" | "hash">;

/** Operators' keys that were made while the bridge was running. */
export interface KeptKey {
  id: string;
  name: string;
  role: string;
  /** `null`: whatever the role may. */
  scopes: string[] | null;
  /** SHA-256 of the key, hexadecimal. */
  digest: string;
  /** ISO 8601, and so are the others. */
  madeAt: string;
  /** By name. */
  madeBy: string;
  expiresAt: string | null;
  /** To the minute. */
  usedAt: string | null;
}

/** As both databases give it: one has times as they are, the other milliseconds. */
export interface KeyRow {
  id: string;
  name: string;
  role: string;
  scopes: string | null;
  digest: string;
  made_at: Date | number;
  made_by: string;
  expires_at: Date | number | null;
  used_at: Date | number | null;
}

export function keyFrom({ id, name, role, scopes, digest, ...row }: KeyRow): KeptKey {
  const iso = (time: Date | number) => new Date(time).toISOString();
  return {
    id,
    name,
    role,
    scopes: scopes === null ? null : (JSON.parse(scopes) as string[]), // kept as it was given
    digest,
    madeAt: iso(row.made_at),
    madeBy: row.made_by,
    expiresAt: row.expires_at === null ? null : iso(row.expires_at),
    usedAt: row.used_at === null ? null : iso(row.used_at),
  };
}

/** What the store keeps for those who run the bridge. */
export interface OperatorMembers {
  /** Adds a line to the chain of deeds. Resolves once the disk has it. */
  addAudit(line: string): Promise<AuditLink>;
  /** Up to `limit` lines numbered above `after`, in order. */
  auditAfter(after: number, limit: number): Promise<AuditLink[]>;
  /** Up to `limit` lines numbered below `before` (`null`: all), the latest first. */
  auditBefore(before: number | null, limit: number): Promise<AuditLink[]>;
  /** Where the chain is said to end, whatever lines there are. */
  auditEnd(): Promise<AuditEnd>;

  /** Every key that was made and not taken back, also those that have expired. */
  operatorKeys(): Promise<KeptKey[]>;
  /** Keeps a new key. */
  saveOperatorKey(key: KeptKey): Promise<void>;
  /** Ends a key then (ISO 8601), if it would hold longer. Of one that was taken back meanwhile it makes nothing. */
  endOperatorKey(id: string, at: string): Promise<void>;
  /** Writes down when a key was used, and nothing else: of one that was taken back meanwhile nothing. */
  useOperatorKey(id: string, at: string): Promise<void>;
  /** `false`: it was taken back already. */
  removeOperatorKey(id: string): Promise<boolean>;
}

/** The line that follows in a chain. */
export function linkAfter({ number, hash }: AuditEnd, line: string): AuditLink {
  return { number: number + 1, line, hash: hashOf(hash, number + 1, line) };
}

const hashOf = (before: string, number: number, line: string) => createHash("sha256").update(`${before}\n${number}\n${line}`).digest("hex");

/** What was found of a chain. `broken`: at which line, and what is wrong there. */
export type AuditFinding = { lines: number; end: AuditEnd } & ({ intact: true } | { intact: false; at: number; because: string });

const AT_ONCE = 500;

/**
 * Goes through the whole chain: a line that was changed, put in or taken out shows where it was done, and lines that were cut off at the
 * end show by where the chain is said to end. `known`: where it was once seen to end, by somebody who has kept that elsewhere, so that
 * a chain that was made anew shows, too.
 */
export async function checkAudit(store: Pick<OperatorMembers, "auditAfter" | "auditEnd">, known: AuditEnd | null): Promise<AuditFinding> {
  const said = await store.auditEnd();
  let end: AuditEnd = { number: 0, hash: "" };
  const broken = (at: number, because: string): AuditFinding => ({ intact: false, at, because, lines: end.number, end });
  for (;;) {
    const links = await store.auditAfter(end.number, AT_ONCE);
    for (const link of links) {
      if (link.number !== end.number + 1) return broken(end.number + 1, "a line is missing");
      if (link.hash !== linkAfter(end, link.line).hash)
        return broken(link.number, "a line was changed or put in, or the one before it was");
      if (known?.number === link.number && known.hash !== link.hash)
        return broken(link.number, "the chain is not the one that was seen before");
      end = { number: link.number, hash: link.hash };
    }
    if (links.length < AT_ONCE) break;
  }
  if (end.number < Math.max(said.number, known?.number ?? 0)) return broken(end.number + 1, "the end of the chain was cut off");
  // Lines that came while it was being read stand behind the end that was said.
  return { intact: true, lines: end.number, end };
}
