import { expect, test } from "vitest";
import { readUserToUser, writeUserToUser } from "./user-to-user.ts";

test.each(["5f1c-42", "Ünïcode ☎", 'with "quotes"; and, commas', "0123"])("%j comes back as it was", (text) => {
  const header = writeUserToUser(text);
  expect(header).toMatch(/^04[0-9a-f]+;encoding=hex$/);
  expect(readUserToUser(header)).toBe(text);
});

test.each([
  // As RFC 7433 spells it; with the octet of text before it, and of a user's own protocol.
  ["48656c6c6f;encoding=hex;purpose=isdn-uui;content=isdn-uui", "Hello"],
  ["0448656c6c6f;encoding=hex", "Hello"],
  ["0048656C6C6F ; purpose=isdn-uui ; encoding=HEX", "Hello"],
  ["0448656c6c6f", "Hello"],
  ['"customer 7";purpose=foo', "customer 7"],
  ['"a \\"b\\" c"', 'a "b" c'],
  ["ticket-77", "ticket-77"],
  ["041", "041"], // no whole octets, so nobody's hexadecimal
  ["0448656c6c6f;encoding=hex,04776f726c64;encoding=hex", "Hello"],
])("%s says %s", (header, text) => expect(readUserToUser(header)).toBe(text));

test.each([
  "",
  " ",
  "zz;encoding=hex",
  "04f;encoding=hex",
  "abc;encoding=base64",
  "04ff;encoding=hex",
  "040d0a;encoding=hex",
  '"open',
  "a b",
])("%j says nothing that can be used", (header) => expect(readUserToUser(header)).toBe(null));
