import { expect, onTestFinished, test } from "vitest";
import { noSipp, runSipp, startAnswering } from "../engines/sipp.ts";
import * as scenarios from "./scenarios.ts";
import { startSwitchboard } from "./switchboard.ts";

// Calls go where somebody takes them: those whom they are sent to are real SIP software, which is stopped and started.

const answersOptions = async (status: Parameters<typeof scenarios.saysToOptions>[0] = "200 OK", port?: number) => {
  const machine = await startAnswering(scenarios.saysToOptions(status), port);
  onTestFinished(machine.stop);
  return machine;
};
type Board = Awaited<ReturnType<typeof startSwitchboard>>;
const looks = (board: Board) => expect.poll(board.targets, { timeout: 20_000, interval: 100 });

/** Who takes the next call about refunds. */
async function takes(board: Board, uri: string): Promise<void> {
  const count = await runSipp(scenarios.redirected({ contact: `<${uri}>` }), { port: board.sipPort });
  expect(count, count.errors).toMatchObject({ succeeded: 1, failed: 0 });
}

test.skipIf(noSipp)("sipp: a target that stops answering gets no calls until it is back, and the default gets them meanwhile", async () => {
  const [refunds, general] = [await answersOptions(), await answersOptions()];
  const [toRefunds, toGeneral] = [`sip:refunds@127.0.0.1:${refunds.port}`, `sip:general@127.0.0.1:${general.port}`];
  await using board = await startSwitchboard({ refunds: toRefunds, general: toGeneral, askedEverySeconds: 1 });
  await looks(board).toEqual({ refunds: "up", default: "up" });
  await takes(board, toRefunds);
  expect(refunds.heard()).toMatch(/^OPTIONS sip:127\.0\.0\.1:\d+ SIP\/2\.0/m);

  await refunds.stop();
  await looks(board).toEqual({ refunds: "no_answer", default: "up" });
  await takes(board, toGeneral);
  expect(await board.metrics()).toMatch(/^baton_sip_targets_down 1$/m);

  await answersOptions("200 OK", refunds.port);
  await looks(board).toEqual({ refunds: "up", default: "up" });
  await takes(board, toRefunds);
});

test.skipIf(noSipp)("sipp: a target that says 503 gets no calls, and one that nobody may ask gets all of them", async () => {
  const [refunds, general] = [await answersOptions("503 Service Unavailable"), await answersOptions()];
  const [toRefunds, toGeneral] = [`sip:refunds@127.0.0.1:${refunds.port}`, `sip:general@127.0.0.1:${general.port}`];
  await using board = await startSwitchboard({ refunds: toRefunds, general: toGeneral, askedEverySeconds: 1 });
  await looks(board).toEqual({ refunds: "unavailable", default: "up" });
  await takes(board, toGeneral);
  await using unasked = await startSwitchboard({ refunds: toRefunds, general: toGeneral });
  expect(await unasked.targets()).toEqual({ refunds: undefined, default: undefined });
  await takes(unasked, toRefunds);
});

test.skipIf(noSipp)("sipp: while nobody takes calls anywhere, they go where they were to go", async () => {
  await using board = await startSwitchboard({
    refunds: "sip:refunds@127.0.0.1:9",
    general: "sip:general@127.0.0.1:9",
    askedEverySeconds: 1,
  });
  await looks(board).toEqual({ refunds: "no_answer", default: "no_answer" });
  await takes(board, "sip:refunds@127.0.0.1:9");
});
