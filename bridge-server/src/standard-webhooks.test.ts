import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { Secret, sign, verify, WINDOW_SECONDS } from "./standard-webhooks.ts";

const secret = `whsec_${Buffer.from("an old secret of thirty-two bytes").toString("base64")}`;
const newer = `whsec_${Buffer.from("a newer secret, also long enough!").toString("base64")}`;
const body = JSON.stringify({ type: "agent.said", text: "Größe 42 👟" });
const bytes = Buffer.from(body);
const now = new Date();

const signed = (secrets = [secret], at = now) => new Headers(sign(secrets, "msg_1", body, at));
const changed = (name: string, value: string | null) => {
  const headers = signed();
  if (value === null) headers.delete(name);
  else headers.set(name, value);
  return headers;
};

test("what we sign, the reference library believes", () => {
  expect(new Webhook(secret).verify(body, sign([secret], "msg_1", body, now))).toEqual(JSON.parse(body));
});

test("what the reference library signs, we believe", () => {
  const headers = new Headers({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("msg_1", now, body),
  });
  expect(verify([secret], headers, bytes, now)).toEqual({ genuine: true, id: "msg_1" });
});

describe("while secrets are being changed (T35)", () => {
  test("a receiver that knows only one of our secrets believes us, whichever it is", () => {
    const headers = sign([newer, secret], "msg_1", body, now);
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(newer).verify(body, headers)).not.toThrow();
  });
  test("we believe a sender that uses either, and nobody who uses a third", () => {
    expect(verify([newer, secret], signed([secret]), bytes, now).genuine).toBe(true);
    expect(verify([newer, secret], signed([newer]), bytes, now).genuine).toBe(true);
    expect(verify([newer], signed([secret]), bytes, now).genuine).toBe(false);
  });
});

describe("time (T35)", () => {
  const at = (seconds: number) => verify([secret], signed([secret], new Date(now.getTime() + seconds * 1000)), bytes, now).genuine;
  test("a delivery from within the window is believed", () =>
    expect([at(-WINDOW_SECONDS + 1), at(WINDOW_SECONDS - 1)]).toEqual([true, true]));
  test("an older or a future one is not", () => expect([at(-WINDOW_SECONDS - 2), at(WINDOW_SECONDS + 2)]).toEqual([false, false]));
});

describe("what is not genuine (T35)", () => {
  test.each([
    ["another body", signed(), Buffer.from(body.replace("42", "43"))],
    ["an empty body", signed(), Buffer.alloc(0)],
    ["another id", changed("webhook-id", "msg_2"), bytes],
    ["another time", changed("webhook-timestamp", String(Math.floor(now.getTime() / 1000) + 1)), bytes],
    ["a time that is no number", changed("webhook-timestamp", "soon"), bytes],
    ["no id", changed("webhook-id", null), bytes],
    ["no time", changed("webhook-timestamp", null), bytes],
    ["no signature", changed("webhook-signature", null), bytes],
    ["an empty signature", changed("webhook-signature", "v1,"), bytes],
    ["a short signature", changed("webhook-signature", "v1,AAAA"), bytes],
    ["a long signature", changed("webhook-signature", `v1,${"A".repeat(10_000)}`), bytes],
    ["an unknown version", changed("webhook-signature", signed().get("webhook-signature")!.replace("v1,", "v9,")), bytes],
    [
      "a genuine signature after a hundred others",
      changed("webhook-signature", `${"v1,AAAA ".repeat(100)}${signed().get("webhook-signature")}`),
      bytes,
    ],
  ])("%s", (_, headers, given) => expect(verify([secret], headers, given, now).genuine).toBe(false));

  test("any single changed bit", () => {
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const tampered = Buffer.from(bytes);
      tampered[bit >> 3]! ^= 1 << (bit & 7);
      expect(verify([secret], signed(), tampered, now).genuine).toBe(false);
    }
  });
  test("random headers, without ever throwing", () => {
    for (let round = 0; round < 500; round++) {
      const headers = changed("webhook-signature", `v1,${randomBytes(round % 64).toString("base64")} ${randomBytes(8).toString("hex")}`);
      expect(verify([secret], headers, bytes, now).genuine).toBe(false);
    }
  });
});

test("an id with a full stop is refused even when it is signed, because the signature could mean something else", () => {
  expect(verify([secret], new Headers(sign([secret], "msg.1", body, now)), bytes, now).genuine).toBe(false);
});

test("a genuine signature among wrong ones is found", () => {
  expect(verify([secret], changed("webhook-signature", `v1,AAAA v2,xyz ${signed().get("webhook-signature")}`), bytes, now).genuine).toBe(
    true,
  );
});

test.each(["hunter2", "whsec_", "whsec_c2hvcnQ=", `whsec_${"A".repeat(120)}`])(
  "%s is no secret, and the complaint does not repeat it",
  (weak) => {
    const complaints = Secret.safeParse(weak).error?.issues.map(({ message }) => message) ?? [];
    expect(complaints).toEqual([weak === "hunter2" || weak === "whsec_" ? 'must be "whsec_" and base64' : "must hold 24 to 64 bytes"]);
  },
);
