import { createElement } from "ltx";
import { expect, test } from "vitest";
import { CallError, createCall, type Call } from "../call.ts";
import { getFile, putFile } from "./xmpp-files.ts";
import type { Session } from "./xmpp-session.ts";

// What a real server does with files is in test/conformance.
test("no failure names where a file lies: whoever knows that can read it, and its name is somebody's own", async () => {
  const real = createCall({ allowPrivate: true });
  const call: Call = async (request) =>
    request.to.host === "bridge.test" ? { status: 200, headers: {}, body: new Uint8Array(3) } : real(request);
  const uploads = { service: "upload.test", origin: "http://127.0.0.1:1" };
  const url = `${uploads.origin}/a-key/Passport.pdf`;
  const slot = createElement("slot", { xmlns: "urn:xmpp:http:upload:0" }, createElement("put", { url }), createElement("get", { url }));
  const session = { ask: async () => createElement("iq", {}, slot) } as Partial<Session> as Session; // nothing else is used
  const file = { name: "Passport.pdf", type: "application/pdf", size: 3, url: "https://bridge.test/a" };
  const failures = await Promise.all(
    [putFile(uploads, file, session, call), getFile(uploads, { name: file.name, url }, 3, call)].map((one) =>
      one.then(
        () => expect.fail("nobody listens there"),
        (error: CallError) => error,
      ),
    ),
  );
  expect(failures.map(({ kind }) => kind)).toEqual(["unreachable", "unreachable"]);
  for (const { message } of failures) expect(message).not.toMatch(/a-key|Passport/);
  await real.close();
});
