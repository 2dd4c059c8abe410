import { expect, test } from "vitest";
import type { Call } from "../call.ts";
import { knownSecret } from "../secret.ts";
import intercom from "./intercom.ts";

// What is looked up and never written. All that is written is in the rules.
interface Admin {
  id: string;
  away_mode_enabled: boolean;
  team_ids: number[];
}
interface Workspace {
  admins?: Admin[];
  teams?: { id: string }[];
  attributes?: { name: string; data_type: string }[];
}

function connected({ admins = [], teams = [], attributes = [] }: Workspace) {
  const pages: Record<string, unknown> = {
    "/me": { type: "admin", app: { name: "Shop" } },
    "/admins": { admins },
    "/teams": { teams },
    "/conversations/attributes": { data: attributes },
  };
  const call: Call = async ({ to }) => ({ status: 200, headers: {}, body: pages[to.pathname] });
  const settings = {
    token: knownSecret("t"),
    secrets: [knownSecret("s")],
    admin: 1,
    teams: { refunds: 11 },
    attributes: { order: "Order number" },
  };
  return intercom.connect(intercom.settings.parse(settings), call);
}

const here = { id: "1", away_mode_enabled: false, team_ids: [12] };
const away = { id: "2", away_mode_enabled: true, team_ids: [11] };

test.each<[string, Admin[], string | null, string]>([
  ["a team of which everybody is away is closed", [here, away], "refunds", "closed"],
  ["of a team with somebody who is not away nobody knows", [here, away, { ...here, id: "3", team_ids: [11, 12] }], "refunds", "unknown"],
  ["without a team, everybody counts", [here, away], null, "unknown"],
  ["a queue that is no team may be anybody's", [here, away], "elsewhere", "unknown"],
  ["a team of nobody is not closed for that", [here], "refunds", "unknown"],
])("%s", async (_, admins, queue, state) => {
  const { availability } = connected({ admins });
  expect(await availability({ queue, urgent: false })).toEqual({ state, waitSeconds: null });
});

const right = { admins: [here], teams: [{ id: "11" }], attributes: [{ name: "Order number", data_type: "string" }] };

test("a workspace that is set up as configured is found to be well, by its name", async () => {
  const [finding, ...more] = await connected(right).examine();
  expect(finding).toMatchObject({ state: "good", says: "Intercom takes the token, for the workspace Shop." });
  expect(more).toEqual([]);
});

test.each([
  ["The workspace has no teammate 1.", { admins: [away] }],
  ["The workspace has no team 11, which is to be the queue refunds.", { teams: [{ id: "12" }] }],
  ["Conversations have no attribute Order number that takes text.", { attributes: [{ name: "Order number", data_type: "integer" }] }],
])("%s", async (says, wrong) => {
  const findings = await connected({ ...right, ...wrong }).examine();
  expect(findings.filter(({ state }) => state === "bad").map((finding) => finding.says)).toEqual([says]);
});
