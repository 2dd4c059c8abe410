import { expect, test } from "vitest";
import { checkConsole } from "./config-console.ts";
import { OidcSetting } from "./config-oidc.ts";
import { secret } from "./secret.ts";

const right = {
  issuer: "https://login.example.com/realms/shop",
  clientId: "console",
  clientSecret: secret("OIDC_CLIENT_SECRET"),
  role: { operator: ["support"] },
};
const mistakes = (more: object) =>
  OidcSetting.safeParse({ ...right, ...more }).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

test("accounts are an issuer, a client with a secret from the environment, and who may do what", () => {
  expect(OidcSetting.parse(right)).toMatchObject({
    scopes: ["email", "profile"],
    role: { claim: "groups", viewer: [], operator: ["support"], admin: [] },
  });
  expect(mistakes({ issuer: "http://127.0.0.1:8080" })).toBeUndefined();
  expect(mistakes({ issuer: "http://login.example.com" })).toEqual([
    "issuer: is not https: what a provider says there could be forged on the way",
  ]);
  expect(mistakes({ clientSecret: "written down" })).toEqual(['clientSecret: must come from the environment: write secret("NAME")']);
  expect(mistakes({ scopes: ["email profile"] })).toEqual(["scopes.0: is no scope: write a word without blanks"]);
  expect(mistakes({ role: { claim: "roles" } })).toEqual([
    "role: lets nobody in: list values of the claim under viewer, operator or admin",
  ]);
});

test("T49 accounts alone are enough for a console, and are a mistake without one", () => {
  const listen = { publicUrl: "https://chat.example.com" };
  expect(checkConsole({ operators: { console: true, keys: [], oidc: right }, listen })).toEqual([]);
  expect(checkConsole({ operators: { console: false, keys: [], oidc: right }, listen })).toEqual([
    "operators.oidc: signs people in to the console, which is off: write console: true",
  ]);
});
