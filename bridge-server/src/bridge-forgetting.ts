import { forgetting, type DataClass } from "./conversation/retention.ts";
import type { EntryBody, NoteBody } from "./conversation/records.ts";
import type { ConversationKey, Store } from "./store/store.ts";
import type { Parked } from "./bridge-kept.ts";

type Parts = {
  store: Store;
  forgetFiles(key: ConversationKey): Promise<void>;
  /** Whatever is remembered of a conversation's visitor beside the store. */
  forgetVisitor(key: ConversationKey): void;
};

/** Kept work that holds somebody's words, by what it was to be. */
const WITH_WORDS = [
  "announce",
  "deliver_message",
  "mail_transcript",
  "tell_visitor",
  "answer_visitor",
  "tell_agent",
  "ask_assistant",
  "open_handoff",
  "attach_context",
  "pass_on_news",
  "take_message",
];
const AT_ONCE = 100;

/** How what was kept for long enough is forgotten. */
export function forgettingIn({ store, forgetFiles, forgetVisitor }: Parts) {
  return {
    mark: store.mark,
    setMark: store.setMark,

    /** Of a conversation that is over, one class of what is kept goes. Resolves with whether there was anything. */
    async forget(key: ConversationKey, kind: DataClass): Promise<boolean> {
      if (kind === "files") await forgetFiles(key);
      const { entry, note } = forgetting[kind];
      // Kept as they were decided, in this program's own types.
      const changed = await store.rewrite(key, { entry: (body) => entry(body as EntryBody), note: (body) => note(body as NoteBody) });
      if (kind === "contact") forgetVisitor(key);
      return changed > 0;
    },

    /** What is kept under keys of the bridge's own and is older than that (ISO 8601) goes, but the last of each. Resolves with how much it was. */
    async forgetFindings(keys: ConversationKey[], before: string): Promise<number> {
      let count = 0;
      for (const key of keys) for (let gone = AT_ONCE; gone > 0; count += gone) gone = await store.forgetBefore(key, before, AT_ONCE);
      return count;
    },

    /** Work that was set aside, and owed before that time (ISO 8601), is not kept any longer. Resolves with how much it was. */
    async forgetDeliveries(before: string): Promise<number> {
      let count = 0;
      for (const name of WITH_WORDS) {
        for (let after = 0; ;) {
          const kept = await store.keptJobs({ name, after, limit: AT_ONCE });
          for (const job of kept) {
            after = job.id;
            const { since = null } = job.input as Parked; // only what was set aside is kept
            if (since === null || since >= before) continue;
            await store.finishJob(job);
            count++;
          }
          if (kept.length < AT_ONCE) break;
        }
      }
      return count;
    },
  };
}
