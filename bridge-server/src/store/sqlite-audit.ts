import type { DatabaseSync } from "node:sqlite";
import { keyFrom, linkAfter, type AuditEnd, type AuditLink, type KeyRow, type OperatorMembers } from "./audit.ts";
import type { groupedCommits } from "./sqlite-commits.ts";
import { reading } from "./sqlite-file.ts";

/** What is kept for those who run the bridge, as the store answers it. */
export function auditIn(db: DatabaseSync, { save }: Pick<ReturnType<typeof groupedCommits>, "save">): OperatorMembers {
  const end = db.prepare("SELECT number, hash FROM audit_end");
  const setEnd = db.prepare("UPDATE audit_end SET number = ?, hash = ?");
  const add = db.prepare("INSERT INTO audit (number, line, hash) VALUES (?, ?, ?)");
  const after = db.prepare("SELECT number, line, hash FROM audit WHERE number > ? ORDER BY number LIMIT ?");
  const before = db.prepare("SELECT number, line, hash FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?");
  const keys = db.prepare("SELECT * FROM operator_key ORDER BY made_at, id");
  const saveKey = db.prepare(`
    INSERT INTO operator_key (id, name, role, scopes, digest, made_at, made_by, expires_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const endKey = db.prepare("UPDATE operator_key SET expires_at = ?1 WHERE id = ?2 AND (expires_at IS NULL OR expires_at > ?1)");
  const useKey = db.prepare("UPDATE operator_key SET used_at = ? WHERE id = ?");
  const removeKey = db.prepare("DELETE FROM operator_key WHERE id = ?");
  // Their statements select exactly these.
  const ended = () => ({ ...end.get() }) as unknown as AuditEnd;
  const linkFrom = (row: object) => ({ ...row }) as unknown as AuditLink;
  const millis = (time: string | null) => time && new Date(time).getTime();

  return {
    addAudit: (line) =>
      save(() => {
        const link = linkAfter(ended(), line);
        return () => {
          add.run(link.number, link.line, link.hash);
          setEnd.run(link.number, link.hash);
          return link;
        };
      }),
    auditAfter: (number, limit) => reading(() => after.all(number, limit).map(linkFrom)),
    auditBefore: (number, limit) => reading(() => before.all(number ?? Number.MAX_SAFE_INTEGER, limit).map(linkFrom)),
    auditEnd: () => reading(ended),
    operatorKeys: () => reading(() => keys.all().map((row) => keyFrom(row as unknown as KeyRow))),
    saveOperatorKey: ({ id, name, role, scopes, digest, madeAt, madeBy, expiresAt, usedAt }) =>
      save(() => () => {
        const granted = scopes && JSON.stringify(scopes);
        saveKey.run(id, name, role, granted, digest, millis(madeAt), madeBy, millis(expiresAt), millis(usedAt));
      }),
    endOperatorKey: (id, at) => save(() => () => void endKey.run(millis(at), id)),
    useOperatorKey: (id, at) => save(() => () => void useKey.run(millis(at), id)),
    removeOperatorKey: (id) => save(() => () => removeKey.run(id).changes > 0),
  };
}
