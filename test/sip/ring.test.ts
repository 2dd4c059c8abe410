import { expect, test } from "vitest";
import { noSipp } from "../engines/sipp.ts";
import { startPhone } from "./phone.ts";
import { ring } from "./ring.ts";
import { startSwitchboard } from "./switchboard.ts";

test.skipIf(noSipp)(
  `two hundred calls a second are all told the right thing, and each is kept once${noSipp ? ` (${noSipp})` : ""}`,
  async () => {
    const rung = await ring(3, 200);
    expect(rung, rung.errors).toMatchObject({ calls: 600, succeeded: 600, failed: 0, kept: 600 });
  },
);

test("the numbers of calls are told to whoever watches", async () => {
  await using board = await startSwitchboard({ refunds: "sip:refunds@127.0.0.1:5999" });
  await using phone = await startPhone(() => board.sipPort);
  await phone.ask("INVITE");
  await phone.ask("OPTIONS");
  await phone.ask("DANCE");
  const numbers = await board.metrics();
  expect(numbers).toContain('baton_sip_answers_total{method="INVITE",status="302"} 1');
  expect(numbers).toContain('baton_sip_answers_total{method="OPTIONS",status="200"} 1');
  expect(numbers).toContain('baton_sip_answers_total{method="other",status="501"} 1');
  expect(numbers).toMatch(/^baton_sip_calls [01]$/m);
  expect(numbers).toMatch(/^baton_handoffs_total\{site="shop",state="ended",handoff_to="none",handoff_reason="none"\} 1$/m);
});
