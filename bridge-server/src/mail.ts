import { createTransport } from "nodemailer";
import { CallError } from "./call.ts";
import type { MailConfig } from "./config-mail.ts";

/** A mail of plain text to one person. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The same at every try, so that a mail that was taken twice is shown once. Letters, digits, `-` and `.`. */
  id: string;
}

export interface Mailer {
  /** Resolves once the server has taken it. Rejects with a `CallError`. */
  send(mail: Mail): Promise<void>;
  /** Resolves if the server would take one. */
  test(): Promise<void>;
}

const WITHIN_MS = 15_000;

/** Sends through the site's own mail server, so that what it says of its domain holds. Nothing is read from files or addresses that a mail names. */
export function createMailer({ smtp, from }: MailConfig): Mailer {
  const transport = createTransport(
    {
      url: smtp.reveal(),
      connectionTimeout: WITHIN_MS,
      greetingTimeout: WITHIN_MS,
      socketTimeout: WITHIN_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from, headers: { "auto-submitted": "auto-generated" } },
  );
  const domain = /@([^>]+)>?$/.exec(from)?.[1] ?? "localhost";

  return {
    async send({ to, subject, text, id }) {
      try {
        await transport.sendMail({ to: { name: "", address: to }, subject, text, messageId: `<${id}@${domain}>` });
      } catch (error) {
        throw asCallError(error);
      }
    },
    async test() {
      try {
        await transport.verify();
      } catch (error) {
        throw asCallError(error);
      }
    },
  };
}

/** RFC 5321: 4xx may be tried again, 5xx may not. Who was not heard to the end may have taken it. */
function asCallError(error: unknown): CallError {
  const { responseCode, code, command } = error as { responseCode?: number; code?: string; command?: string }; // as nodemailer's errors have it
  const status = responseCode === undefined ? (code ?? "no answer") : `answered ${responseCode}`;
  const message = `the mail server: ${status}`; // its words may hold an address
  if (responseCode !== undefined) return new CallError(responseCode >= 500 ? "refused" : "too_fast", message, { cause: error });
  return new CallError(command === "DATA" ? "unclear" : code === "EAUTH" || code === "EENVELOPE" ? "refused" : "unreachable", message, {
    cause: error,
  });
}
