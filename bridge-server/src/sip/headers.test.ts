import { describe, expect, test } from "vitest";
import { isOurs, readHeaders, writeHeaders, type SipMapping } from "./headers.ts";

const mapping: SipMapping = {
  headers: [
    { name: "X-Customer-Id", value: "$customer_id", longest: 16 },
    { name: "X-Reason", value: "$reason", longest: 256 },
    { name: "X-Tier", value: "$customer.tier", longest: 256 },
    { name: "X-Source", value: "baton", longest: 256 },
    { name: "User-to-User", value: "$shared_id", longest: 128 },
  ],
  required: ["reason", "customer_id"],
};
const nothing: SipMapping = { headers: [], required: [] };

describe("what a call brought", () => {
  test("F1 what was written is read back as it was", () => {
    const context = { customer_id: "A-1001", reason: "Rückgabe, dringend", shared_id: "5f1c-42" };
    const { headers, unwritten } = writeHeaders(mapping, context);
    expect(headers.map(([name]) => name)).toEqual(["X-Customer-Id", "X-Reason", "X-Source", "User-to-User"]);
    expect(unwritten).toEqual([{ name: "X-Tier", because: "no_value" }]);
    expect(readHeaders(mapping, headers)).toEqual({ context, missing: [], unread: [{ name: "X-Source", because: "unmapped" }] });
  });

  test.each([
    ["X-Customer-ID", "customer_id"],
    ["x-customer-id", "customer_id"],
    ["X-Caller-ID", "caller_id"],
    ["X-Reason", "reason"],
    ["X-Verified", "verified"],
    ["X-Call-Type", "call_type"],
    ["X-Language", "language"],
    ["X-Outcome", "outcome"],
    ["X-Src-IP", "src_ip"],
    ["X-Real-Caller", "real_caller"],
    ["X-PolyAI-Session", "polyai_session"],
    ["X-Custom-Header", "custom_header"],
    ["X-contained", "contained"],
    ["X-destination", "destination"],
    ["X-User-to-User", "user_to_user"],
    ["User-to-User", "user_to_user"],
    ["x-inin-cnv", "genesys_conversation_id"],
    ["X-Zendesk-Ticket-Id", "zendesk_ticket_id"],
    ["X-ZOOM-Call-SID", "zoom_call_sid"],
    ["X-ZOOM-ORIGINAL-CALLING-NUMBER", "zoom_original_calling_number"],
    ["X-ZOOM-FORWARDING-NUMBER", "zoom_forwarding_number"],
    ["X-ZOOM-FORWARDING-EXTENSION", "zoom_forwarding_extension"],
    ["X-ZOOM-TRANSFER-NUMBER", "zoom_transfer_number"],
    ["p1", "p1"],
    ["P9", "p9"],
  ])("F4 %s is known without a mapping", (name, field) => {
    expect(readHeaders(nothing, [[name, "what-it-says"]])).toEqual({ context: { [field]: "what-it-says" }, missing: [], unread: [] });
  });

  test("F4 a value that no call carries whole is left out whole, also under a name that nobody has mapped", () => {
    const [longest, longer] = ["x".repeat(1_024), "x".repeat(1_025)];
    expect(readHeaders(nothing, [["X-Outcome", longest]]).context).toEqual({ outcome: longest });
    expect(readHeaders(nothing, [["X-Outcome", longer]])).toMatchObject({ context: {}, unread: [{ because: "too_long" }] });
  });

  test("F4 a name that the site maps is no longer an alias", () => {
    const own = { headers: [{ name: "X-Reason", value: "$why", longest: 256 }], required: [] };
    expect(readHeaders(own, [["x-reason", "refund"]]).context).toEqual({ why: "refund" });
    const literal = { headers: [{ name: "X-Reason", value: "handed off by $agent", longest: 256 }], required: [] };
    expect(readHeaders(literal, [["x-reason", "handed off by x"]]).context).toEqual({});
  });

  test("what authenticates a trunk never becomes a context", () => {
    const { context, unread } = readHeaders(nothing, [
      ["X-PolyAi-Auth-Token", "s3cret"],
      ["Authorization", "s3cret"],
    ]);
    expect(context).toEqual({});
    expect(unread.map(({ because }) => because)).toEqual(["secret", "secret"]);
    expect(JSON.stringify(unread)).not.toContain("s3cret");
  });

  test("F2 a required field that nobody brought is told, and so is one with nothing in it", () => {
    expect(readHeaders(mapping, [["X-Reason", "refund"]]).missing).toEqual(["customer_id"]);
    expect(readHeaders(mapping, [["X-Reason", "  "]])).toMatchObject({
      missing: ["reason", "customer_id"],
      unread: [{ name: "X-Reason", because: "empty" }],
    });
  });

  test("a value that is too long is left out whole, and the first of several counts", () => {
    const read = readHeaders(mapping, [
      ["X-Customer-Id", "A".repeat(17)],
      ["X-Customer-Id", "A-1"],
      ["X-Customer-Id", "A-2"],
    ]);
    expect(read.context).toEqual({ customer_id: "A-1" });
    expect(read.unread).toEqual([{ name: "X-Customer-Id", because: "too_long" }]);
  });

  test("T23 a name such as __proto__ is no field of anybody's", () => {
    const read = readHeaders({ headers: [{ name: "X-Odd", value: "$__proto__", longest: 99 }], required: [] }, [["X-Odd", "x"]]);
    expect(Object.getPrototypeOf(read.context)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("what a call is given", () => {
  test("F3 what the function passes overrides the mapping, in any case, and what it adds comes along", () => {
    const { headers } = writeHeaders(mapping, { reason: "refund" }, { "x-reason": "fraud", "X-Extra": "1" });
    expect(headers).toEqual([
      ["X-Source", "baton"],
      ["x-reason", "fraud"],
      ["X-Extra", "1"],
    ]);
  });

  test.each(["Contact", "Via", "From", "X-A: b", "X-A\r\nVia", "X-", "Route", "User-to-User-2"])("F3 %j is not ours to set", (name) => {
    expect(isOurs(name)).toBe(false);
    const { headers, unwritten } = writeHeaders(nothing, {}, { [name]: "x" });
    expect(headers).toEqual([]);
    expect(unwritten[0]?.because).toBe("no_header_name");
    expect(unwritten[0]?.name).not.toMatch(/[\r\n]/);
  });

  test.each(["a\r\nContact: <sip:evil@x>", "a\nb", "a\rb", "a\0b", "a\u0085b", "a\u2028b", "\r\n\r\nINVITE"])(
    "nothing in %j can begin another header",
    (reason) => {
      const { headers } = writeHeaders(mapping, { reason });
      const [, value] = headers.find(([name]) => name === "X-Reason")!;
      expect(value).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(writeHeaders(nothing, {}, { "X-Reason": reason }).headers[0]?.[1]).toBe(value);
    },
  );

  test("texts with fields in them are whole, or are not sent", () => {
    const own = { headers: [{ name: "X-Who", value: "$customer.name ($customer_id)", longest: 99 }], required: [] };
    expect(writeHeaders(own, { customer: { name: "Ana" }, customer_id: 7 }).headers).toEqual([["X-Who", "Ana (7)"]]);
    expect(writeHeaders(own, { customer_id: 7 })).toMatchObject({ headers: [], unwritten: [{ name: "X-Who", because: "no_value" }] });
    expect(writeHeaders(own, { customer: { name: ["Ana"] }, customer_id: 7 }).headers).toEqual([]);
  });

  test("length is counted in bytes, and half a value is never sent", () => {
    const own = { headers: [{ name: "X-A", value: "$a", longest: 4 }], required: ["a"] };
    expect(writeHeaders(own, { a: "üü" }).headers).toEqual([["X-A", "üü"]]);
    expect(writeHeaders(own, { a: "üüü" })).toEqual({ headers: [], missing: [], unwritten: [{ name: "X-A", because: "too_long" }] });
    expect(writeHeaders(own, {}, { "x-a": "12345" }).unwritten).toEqual([{ name: "x-a", because: "too_long" }]);
  });
});
