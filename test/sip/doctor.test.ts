import { checkCalls } from "@baton/bridge-server/diagnosis-sip";
import { expect, test } from "vitest";
import { startSwitchboard } from "./switchboard.ts";

test("the doctor finds a bridge that takes calls, and a place that is free once it has stopped", async () => {
  const board = await startSwitchboard({ refunds: "sip:refunds@127.0.0.1:5999" });
  const look = async () => (await checkCalls(board.config)).map(({ state, says }) => `${state}: ${says}`);
  try {
    expect(await look()).toEqual([
      `good: 127.0.0.1:${board.sipPort} answers, and redirects calls.`,
      "good: sip:refunds@127.0.0.1:5999 leads to a machine that can be found.",
      "good: sip:general@127.0.0.1:5999 leads to a machine that can be found.",
    ]);
  } finally {
    await board[Symbol.asyncDispose]();
  }
  expect((await look())[0]).toBe(`good: 127.0.0.1:${board.sipPort} is free. Once the bridge runs, it takes calls there from 127.0.0.0/8.`);
});

test("the doctor finds that somebody else has the place, or that the bridge does not know this machine", async () => {
  await using stranger = await startSwitchboard({ refunds: "sip:refunds@127.0.0.1:5999", allow: ["127.0.0.9"] });
  const [door] = await checkCalls(stranger.config);
  expect(door).toMatchObject({ state: "doubtful", says: `127.0.0.1:${stranger.sipPort} is taken, and does not answer this machine.` });
});
