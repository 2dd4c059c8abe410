import { expect, test } from "vitest";
import { MailSetting } from "./config-mail.ts";
import { knownSecret } from "./secret.ts";

const at = knownSecret;
const mistakes = (given: unknown) => MailSetting.safeParse(given).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

test("a mail server is an address from the environment, and a sender is one", () => {
  const smtp = at("smtps://baton:password@mail.example");
  expect(mistakes({ smtp, from: "Acme Shop <chat@shop.example>" })).toBeUndefined();
  expect(mistakes({ smtp: at("smtp://mail.example:587"), from: "chat@shop.example" })).toBeUndefined();
  expect(mistakes({ smtp: "smtps://me:password@mail.example", from: "chat@shop.example" })).toEqual([
    'smtp: must come from the environment: write secret("NAME")',
  ]);
  expect(mistakes({ smtp: at("https://mail.example"), from: "chat@shop.example" })).toEqual([
    "smtp: is no address of a mail server: write one such as smtps://user:password@smtp.example.com",
  ]);
  for (const from of ["chat@shop.example, all@shop.example", "Shop <chat@shop.example>\r\nBcc: all@shop.example", "Shop", ""])
    expect(mistakes({ smtp, from }), from).toEqual(["from: is no sender: write one such as Acme Shop <chat@shop.example>"]);
});
