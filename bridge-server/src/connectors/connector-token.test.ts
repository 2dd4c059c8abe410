import { expect, test } from "vitest";
import { CallError } from "../call.ts";
import { createToken } from "./connector-token.ts";

function start() {
  const server = { grants: 0, isDown: false, known: new Set<string>() };
  let now = 0;
  const token = createToken(
    async () => {
      if (server.isDown) throw new CallError("unreachable", "POST 503");
      const name = `token-${++server.grants}`;
      server.known.add(name);
      return { access_token: name, expires_in: 3_600 };
    },
    () => now,
  );
  const call = () =>
    token.with(async (bearer) => {
      if (!server.known.has(bearer))
        throw new CallError("refused", "GET 401", { answer: { status: 401, headers: {}, excerpt: "", retryAfterMs: null } });
      return bearer;
    });
  return { server, call, passes: (ms: number) => void (now += ms) };
}

test("many calls at once share one token", async () => {
  const { server, call } = start();
  expect(await Promise.all([call(), call(), call()])).toEqual(["token-1", "token-1", "token-1"]);
  expect(server.grants).toBe(1);
});

test("a token is asked for again a minute before it ends", async () => {
  const { call, passes } = start();
  await call();
  passes(3_539_000);
  expect(await call()).toBe("token-1");
  passes(1_000);
  expect(await call()).toBe("token-2");
});

test("a token that was taken back is replaced once, for all who meet it", async () => {
  const { server, call } = start();
  await call();
  server.known.clear();
  expect(await Promise.all([call(), call()])).toEqual(["token-2", "token-2"]);
  expect(server.grants).toBe(2);
});

test("a refusal that a new token does not mend is passed on", async () => {
  const { server, call } = start();
  await call();
  server.known = Object.assign(new Set<string>(), { add: () => server.known });
  await expect(call()).rejects.toMatchObject({ kind: "refused", answer: { status: 401 } });
  expect(server.grants).toBe(2);
});

test("who cannot be asked for a token is asked again by the next call", async () => {
  const { server, call } = start();
  server.isDown = true;
  await expect(call()).rejects.toMatchObject({ kind: "unreachable" });
  server.isDown = false;
  expect(await call()).toBe("token-1");
});
