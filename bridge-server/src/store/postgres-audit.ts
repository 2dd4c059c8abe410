import { keyFrom, linkAfter, type AuditEnd, type AuditLink, type KeyRow, type OperatorMembers } from "./audit.ts";
import type { Connections } from "./postgres-pool.ts";

const sql = {
  end: { name: "baton_audit_end_1", text: "SELECT number, hash FROM baton.audit_end" },
  after: { name: "baton_audit_after_1", text: "SELECT number, line, hash FROM baton.audit WHERE number > $1 ORDER BY number LIMIT $2" },
  before: {
    name: "baton_audit_before_1",
    text: "SELECT number, line, hash FROM baton.audit WHERE $1::bigint IS NULL OR number < $1 ORDER BY number DESC LIMIT $2",
  },
  keys: { name: "baton_operator_keys_1", text: "SELECT * FROM baton.operator_key ORDER BY made_at, id" },
  saveKey: {
    name: "baton_save_operator_key_3",
    text: `INSERT INTO baton.operator_key (id, name, role, scopes, digest, made_at, made_by, expires_at, used_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  },
  endKey: {
    name: "baton_end_operator_key_1",
    text: "UPDATE baton.operator_key SET expires_at = $2 WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)",
  },
  useKey: { name: "baton_use_operator_key_1", text: "UPDATE baton.operator_key SET used_at = $2 WHERE id = $1" },
  removeKey: { name: "baton_remove_operator_key_2", text: "DELETE FROM baton.operator_key WHERE id = $1 RETURNING id" },
};

/** What is kept for those who run the bridge, as the store answers it. */
export function auditOver({ ask, inTransaction }: Connections): OperatorMembers {
  return {
    addAudit: (line) =>
      inTransaction(async (db) => {
        const { rows } = await db.query<AuditEnd>("SELECT number, hash FROM baton.audit_end FOR UPDATE"); // one line after the other
        const link = linkAfter(rows[0]!, line); // its migration has put it there
        await db.query("INSERT INTO baton.audit (number, line, hash) VALUES ($1, $2, $3)", [link.number, link.line, link.hash]);
        await db.query("UPDATE baton.audit_end SET number = $1, hash = $2", [link.number, link.hash]);
        return link;
      }),
    auditAfter: (number, limit) => ask<AuditLink>(sql.after, [number, limit]),
    auditBefore: (number, limit) => ask<AuditLink>(sql.before, [number, limit]),
    auditEnd: async () => (await ask<AuditEnd>(sql.end, []))[0]!,
    operatorKeys: async () => (await ask<KeyRow>(sql.keys, [])).map(keyFrom),
    async saveOperatorKey({ id, name, role, scopes, digest, madeAt, madeBy, expiresAt, usedAt }) {
      await ask(sql.saveKey, [id, name, role, scopes && JSON.stringify(scopes), digest, madeAt, madeBy, expiresAt, usedAt]);
    },
    async endOperatorKey(id, at) {
      await ask(sql.endKey, [id, at]);
    },
    async useOperatorKey(id, at) {
      await ask(sql.useKey, [id, at]);
    },
    removeOperatorKey: async (id) => (await ask(sql.removeKey, [id])).length > 0,
  };
}
