import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

/** A mail server of somebody else's making, on this machine: takes what it is sent from whoever knows its password. */
export async function startMailServer() {
  const mails: { from: string; to: string[]; raw: string }[] = [];
  let status: number | null = null;
  let refused = 0;
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) =>
      username === "baton" && password === "right" ? done(null, { user: username }) : done(new Error("who are you?")),
    onRcptTo(_address, _session, done) {
      if (status === null) return done();
      refused++;
      done(Object.assign(new Error("not now"), { responseCode: status }));
    },
    onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        mails.push({ from: mailFrom ? mailFrom.address : "", to: rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.server.address() as AddressInfo; // it listens on a port
  return {
    url: (password = "right") => `smtp://baton:${password}@127.0.0.1:${port}`,
    mails,
    /** From now on it answers so to every address; `null`: it takes all. */
    refuse(answer: number | null): void {
      status = answer;
    },
    /** How many addresses it has refused. */
    refused: () => refused,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  };
}
