import { CallError } from "../call.ts";
import { plainTranscript } from "../channels/plain-text.ts";
import type { Speakers } from "../conversation/facts.ts";
import { tryForDays, type TaskRules } from "./task.ts";

/** What was said is sent to whoever asked for it. */
export const mailTasks: {
  mail_transcript: TaskRules<{ task: "mail_transcript"; id: string; email: string; speakers: Speakers }>;
} = {
  mail_transcript: {
    async run({ id, email, speakers }, { key }, { bridge, mailer, site }) {
      if (mailer === null) throw new CallError("refused", "this bridge sends no mail any more");
      const text = plainTranscript(await bridge.entriesAfter(key, 0), speakers);
      await mailer.send({ to: email, subject: site(key.site).title, text, id: `transcript.${id}` });
      return null;
    },
    again: tryForDays,
    giveUp(_, error, { id, key }, { log }) {
      log({ event: "transcript_not_mailed", level: "error", job: id, conversation: key.id, kind: error.kind });
      return null;
    },
  },
};
