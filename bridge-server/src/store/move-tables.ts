/** One table of both stores: how its rows are read from SQLite, written to PostgreSQL and read back, in the same order and form. */
export interface MovedTable {
  name: string;
  columns: string[];
  source: string;
  /** Takes rows as one JSON array. */
  insert: string;
  readBack: string;
}

type Form = "text" | "int" | "bigint" | "json" | "time" | "day";

/** SQLite keeps times as milliseconds, and JSON as the text that it is. */
const carried: Record<Form, string> = { text: "text", int: "int", bigint: "bigint", json: "text", time: "bigint", day: "date" };
const itself = (column: string) => column;
const writing: Record<Form, (column: string) => string> = {
  text: itself,
  int: itself,
  bigint: itself,
  json: (column) => `${column}::json`,
  time: (column) => `'epoch'::timestamptz + ${column} * interval '1 millisecond'`,
  day: itself,
};
const reading: Record<Form, (column: string) => string> = {
  text: itself,
  int: itself,
  bigint: itself,
  json: (column) => `${column}::text`,
  time: (column) => `(extract(epoch FROM ${column}) * 1000)::bigint`,
  day: (column) => `to_char(${column}, 'YYYY-MM-DD')`,
};

export const movedTables: MovedTable[] = [
  moved("conversation", {
    columns: {
      site: "text",
      id: "text",
      version: "int",
      lifecycle: "json",
      last_seq: "int",
      last_note: "int",
      began_at: "time",
      last_at: "time",
    },
    order: ["site", "id"],
    source: `SELECT site, id, 1 AS version, lifecycle, began_at,
      coalesce((SELECT max(seq) FROM entry WHERE entry.site = c.site AND conversation = c.id), 0) AS last_seq,
      coalesce((SELECT max(seq) FROM note WHERE note.site = c.site AND conversation = c.id), 0) AS last_note,
      (SELECT at FROM entry WHERE entry.site = c.site AND conversation = c.id ORDER BY seq DESC LIMIT 1) AS last_at
      FROM conversation AS c`,
  }),
  moved("seen", {
    columns: { site: "text", conversation: "text", at: "time" },
    order: ["site", "conversation"],
    source: "SELECT site, id AS conversation, seen_at AS at FROM conversation",
  }),
  moved("entry", {
    columns: { site: "text", conversation: "text", seq: "int", at: "time", body: "json" },
    order: ["site", "conversation", "seq"],
  }),
  moved("note", {
    columns: { site: "text", conversation: "text", seq: "int", at: "time", body: "json" },
    order: ["site", "conversation", "seq"],
  }),
  moved("handoff", {
    columns: {
      number: "bigint",
      change: "bigint",
      site: "text",
      conversation: "text",
      id: "text",
      shared_id: "text",
      assistant_chat: "text",
      requested_by: "text",
      destination: "text",
      reason: "text",
      state: "text",
      stage: "text",
      cause: "text",
      topic_state: "text",
      connector: "text",
      queue: "text",
      agent: "text",
      tries: "int",
      fell_back_to: "text",
      resolution: "text",
      step: "text",
      began_at: "time",
      changed_at: "time",
      accepted_at: "time",
      language: "text",
      variant: "text",
      queued_at: "time",
      left_queue_at: "time",
      is_passed_on: "int",
    },
    order: ["number"],
  }),
  moved("ending", {
    columns: { number: "bigint", site: "text", conversation: "text", at: "time" },
    order: ["number"],
  }),
  moved("visitor", {
    columns: { site: "text", id: "text", conversation: "text" },
    order: ["site", "id", "conversation"],
  }),
  moved("mark", { columns: { name: "text", number: "bigint" }, order: ["name"] }),
  moved("audit", { columns: { number: "bigint", line: "text", hash: "text" }, order: ["number"] }),
  moved("destinations", {
    columns: { site: "text", number: "int", document: "text", changes: "text", made_at: "time", made_by: "text" },
    order: ["site", "number"],
  }),
  moved("operator_key", {
    columns: {
      id: "text",
      name: "text",
      role: "text",
      scopes: "text",
      digest: "text",
      made_at: "time",
      made_by: "text",
      expires_at: "time",
      used_at: "time",
    },
    order: ["id"],
  }),
  moved("tally", {
    columns: {
      day: "day",
      site: "text",
      dimension: "text",
      value: "text",
      part: "int",
      conversations: "bigint",
      handed_off: "bigint",
      handoffs: "bigint",
      queued: "bigint",
      accepted: "bigint",
      accepted_ms: "bigint",
      left_queue: "bigint",
      queue_ms: "bigint",
      failed: "bigint",
      fell_back: "bigint",
      abandoned: "bigint",
    },
    order: ["dimension", "day", "site", "value", "part"],
  }),
  moved("fact", {
    columns: { site: "text", conversation: "text", id: "text", at: "time", digest: "text", first_seq: "int" },
    order: ["site", "conversation", "id"],
  }),
  moved("job", {
    columns: {
      id: "bigint",
      site: "text",
      conversation: "text",
      lane: "text",
      task: "text",
      input: "json",
      since: "time",
      run_at: "time",
      attempt: "int",
      put_back: "int",
    },
    order: ["id"],
  }),
  moved("name", {
    columns: { kind: "text", value: "text", site: "text", conversation: "text", handoff: "text", expires_at: "time" },
    order: ["kind", "value"],
  }),
  moved("spending", {
    columns: { site: "text", day: "day", part: "int", turns: "bigint" },
    order: ["site", "day"],
    source: "SELECT site, day, 0 AS part, turns FROM spending WHERE site <> ''", // no site's are what probes wrote
  }),
];

function moved(name: string, { columns, order, source }: { columns: Record<string, Form>; order: string[]; source?: string }): MovedTable {
  const names = Object.keys(columns);
  const forms = Object.entries(columns);
  const sorted = order.map((column) => (columns[column] === "text" ? `t.${column} COLLATE "C"` : `t.${column}`)); // byte by byte, as SQLite does
  return {
    name,
    columns: names,
    source: `${source ?? `SELECT ${names.join(", ")} FROM ${name}`} ORDER BY ${order.join(", ")}`,
    insert: `INSERT INTO baton.${name} (${names.join(", ")}) SELECT ${forms.map(([column, form]) => writing[form](column)).join(", ")}
      FROM json_to_recordset($1::json) AS row (${forms.map(([column, form]) => `${column} ${carried[form]}`).join(", ")})`,
    readBack: `SELECT ${forms.map(([column, form]) => `${reading[form](`t.${column}`)} AS ${column}`).join(", ")}
      FROM baton.${name} AS t ORDER BY ${sorted.join(", ")}`,
  };
}
