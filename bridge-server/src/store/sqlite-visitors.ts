import type { DatabaseSync } from "node:sqlite";
import type { groupedCommits } from "./sqlite-commits.ts";
import { reading } from "./sqlite-file.ts";
import { entryFrom } from "./sqlite-rows.ts";
import { rewritten, visitorStatements, type VisitorMembers } from "./visitors.ts";

/** What is known of visitors, and how it is forgotten, as the store answers it. */
export function visitorsIn(db: DatabaseSync, commits: Pick<ReturnType<typeof groupedCommits>, "save">): VisitorMembers {
  const parameter = (n: number) => `?${n}`;
  const sql = visitorStatements("", parameter, parameter);
  const prepared = (name: keyof typeof sql) => db.prepare(sql[name].text);
  const [ofVisitor, mark, setMark] = [prepared("conversations"), prepared("mark"), prepared("setMark")];
  const forgetting = [prepared("forgetNotes"), prepared("forgetFacts")];
  const entries = db.prepare("SELECT seq, at, body FROM entry WHERE site = ? AND conversation = ? ORDER BY seq");
  const notes = db.prepare("SELECT seq, at, body FROM note WHERE site = ? AND conversation = ? ORDER BY seq");
  const saveEntry = db.prepare("UPDATE entry SET body = ? WHERE site = ? AND conversation = ? AND seq = ?");
  const saveNote = db.prepare("UPDATE note SET body = ? WHERE site = ? AND conversation = ? AND seq = ?");

  return {
    conversationsOfVisitor: (site, id) => reading(() => ofVisitor.all(site, id).map((row) => ({ site, id: String(row["conversation"]) }))),
    rewrite: ({ site, id }, rewriting) =>
      commits.save(() => {
        const said = rewritten(entries.all(site, id).map(entryFrom), rewriting.entry);
        const noted = rewritten(notes.all(site, id).map(entryFrom), rewriting.note);
        return () => {
          for (const { seq, body } of said) saveEntry.run(body, site, id, seq);
          for (const { seq, body } of noted) saveNote.run(body, site, id, seq);
          return said.length + noted.length;
        };
      }),
    forgetBefore: ({ site, id }, before, limit) =>
      commits.save(() => () => {
        const gone = forgetting.map((statement) => statement.all(site, id, Date.parse(before), limit).length);
        return gone.reduce((all, one) => all + one, 0);
      }),
    mark: (name) => reading(() => Number(mark.get(name)?.["number"] ?? 0)),
    setMark: (name, number) => commits.save(() => () => void setMark.run(name, number)),
  };
}
