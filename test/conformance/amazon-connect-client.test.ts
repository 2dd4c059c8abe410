import { ConnectClient, DescribeContactFlowCommand, GetCurrentMetricDataCommand, StartChatContactCommand } from "@aws-sdk/client-connect";
import * as participants from "@aws-sdk/client-connectparticipant";
import type { Asked } from "@baton/bridge-server/conformance";
import { startStandIn } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import amazonConnectDouble from "../doubles/amazon-connect.ts";
import { flow, instance, isSigned, key, queues, region } from "../doubles/amazon-connect-shapes.ts";

// Amazon's own libraries, asked for the same things, must put the same requests on the wire, signed as the stand-in wants them signed.
test("what the connector asks is what Amazon's own libraries would ask", async () => {
  const ours = await askedByConnector();
  const bodies = (path: RegExp) => ours.filter((one) => path.test(one.path)).map(({ body }) => body);
  const [started] = bodies(/contact\/chat$/);
  const [typing, read] = bodies(/event$/) as { ClientToken: string; Content?: string }[];
  const bearerOf = (path: RegExp) => ours.find((one) => path.test(one.path))?.bearer ?? "";
  const ParticipantToken = bearerOf(/connection$/);
  const ConnectionToken = bearerOf(/message$/);
  const said = (n: number) => (bodies(/message$/)[n] as { ClientToken: string }).ClientToken;
  const [upload] = bodies(/start-attachment-upload$/) as { ClientToken: string; AttachmentSizeInBytes: number }[];
  const [completed] = bodies(/complete-attachment-upload$/) as { AttachmentIds: string[] }[];
  const [fetched] = bodies(/participant\/attachment$/) as { AttachmentId: string }[];
  const [, from] = bodies(/transcript$/) as { StartPosition: { Id: string } }[];

  const theirs = await askedBy(async (connect, participant) => {
    await connect.send(new StartChatContactCommand(started as never)); // what is in it is looked at elsewhere
    const credentials = { Type: ["CONNECTION_CREDENTIALS" as const], ParticipantToken };
    await participant.send(new participants.CreateParticipantConnectionCommand(credentials));
    const message = { ContentType: "text/plain", ConnectionToken };
    await participant.send(new participants.SendMessageCommand({ ...message, Content: "Hello?", ClientToken: said(0) }));
    const file = { ContentType: "text/plain", AttachmentSizeInBytes: upload!.AttachmentSizeInBytes, AttachmentName: "a.txt" };
    await participant.send(new participants.StartAttachmentUploadCommand({ ...file, ClientToken: upload!.ClientToken, ConnectionToken }));
    const whole = { AttachmentIds: completed!.AttachmentIds, ClientToken: upload!.ClientToken, ConnectionToken };
    await participant.send(new participants.CompleteAttachmentUploadCommand(whole));
    const event = "application/vnd.amazonaws.connect.event";
    const types = { ContentType: `${event}.typing`, ClientToken: typing!.ClientToken, ConnectionToken };
    await participant.send(new participants.SendEventCommand(types));
    const newest = { MaxResults: 20, SortOrder: "ASCENDING" as const, ConnectionToken };
    await participant.send(new participants.GetTranscriptCommand(newest));
    const hasRead = { ContentType: `${event}.message.read`, Content: read!.Content, ClientToken: read!.ClientToken, ConnectionToken };
    await participant.send(new participants.SendEventCommand(hasRead));
    const held = { Type: ["WEBSOCKET" as const, "CONNECTION_CREDENTIALS" as const], ParticipantToken };
    await participant.send(new participants.CreateParticipantConnectionCommand(held));
    const after = { ScanDirection: "FORWARD" as const, StartPosition: { Id: from!.StartPosition.Id } };
    await participant.send(new participants.GetTranscriptCommand({ ...after, MaxResults: 100, SortOrder: "ASCENDING", ConnectionToken }));
    await participant.send(new participants.GetAttachmentCommand({ AttachmentId: fetched!.AttachmentId, ConnectionToken }));
    await connect.send(
      new GetCurrentMetricDataCommand({
        InstanceId: instance,
        Filters: { Queues: [queues.refunds], Channels: ["CHAT"] },
        CurrentMetrics: [{ Name: "AGENTS_STAFFED", Unit: "COUNT" }],
      }),
    );
    await connect.send(new DescribeContactFlowCommand({ InstanceId: instance, ContactFlowId: flow }));
    const name = `close:${/^close:(.*)$/.exec((bodies(/disconnect$/)[0] as { ClientToken: string }).ClientToken)?.[1]}`;
    await participant.send(new participants.DisconnectParticipantCommand({ ClientToken: name, ConnectionToken }));
  });
  expect(ours).toEqual(theirs);
});

/** An opening, a line, a file each way, signals, a look at what is new, at the queue and at the set-up, and an end. */
async function askedByConnector(): Promise<Request[]> {
  const seen: Asked[] = [];
  const { connector, platform, close } = await amazonConnectDouble({ seen: (asked) => void seen.push(asked) });
  const bridge = await startStandIn(() => ({ status: 200, bytes: Buffer.from("hello") }));
  const { chat } = await connector.open(handoff);
  await connector.say(chat, line("Hello?"), false);
  await connector.say(chat, { ...line("a.txt"), file: { name: "a.txt", type: "text/plain", size: 5, url: `${bridge.url}/a.txt` } }, false);
  await connector.signal(chat, { type: "typing", on: true });
  if (platform.style !== "listen" || connector.inbound.style !== "listen") throw new Error("Amazon Connect is listened to");
  platform.happens(chat, { deed: "says", agent: "Sam", text: "Hi!" });
  platform.happens(chat, { deed: "sends_a_file", agent: "Sam", name: "b.txt", content: "b" });
  await connector.signal(chat, { type: "read" });
  const heard = connector.inbound.listen(JSON.stringify({ after: readUpTo(seen), someoneCame: true }), chat, new AbortController().signal);
  for await (const { news } of heard) {
    const file = news.flatMap((one) => (one.type === "agent_said" && one.file ? [one.file] : []))[0]!;
    await connector.fetchFile(chat, file, 100);
    break;
  }
  await connector.availability({ queue: "refunds", urgent: false });
  await connector.examine();
  await connector.close(chat);
  await Promise.all([close(), bridge.close()]);
  return Promise.all(
    seen.filter(({ path }) => !/^\/(uploads|downloads)\//.test(path)).map((asked) => onTheWire(asked, asked.headers.get("host") ?? "")),
  );
}

const readUpTo = (seen: Asked[]) => {
  const { Content } = JSON.parse(seen.at(-1)?.body ?? "") as { Content: string };
  return (JSON.parse(Content) as { messageId: string }).messageId;
};

async function askedBy(
  ask: (connect: ConnectClient, participant: participants.ConnectParticipantClient) => Promise<void>,
): Promise<Request[]> {
  const seen: Asked[] = [];
  const server = await startStandIn(
    () => ({ status: 200, body: {} }),
    (asked) => void seen.push(asked),
  );
  const settings = { region, endpoint: server.url, credentials: { accessKeyId: key.id, secretAccessKey: key.secret } };
  const [connect, participant] = [new ConnectClient(settings), new participants.ConnectParticipantClient(settings)];
  await ask(connect, participant);
  connect.destroy();
  participant.destroy();
  await server.close();
  return Promise.all(seen.map((asked) => onTheWire(asked, new URL(server.url).host)));
}

type Request = Awaited<ReturnType<typeof onTheWire>>;

/** The participants' service takes no signature, says its documentation; its library signs all the same. */
async function onTheWire(asked: Asked, host: string) {
  const { method, path, query, headers, body } = asked;
  const isForParticipants = path.startsWith("/participant/");
  return {
    method,
    path,
    query: Object.fromEntries(query),
    bearer: headers.get("x-amz-bearer"),
    type: body === "" ? null : headers.get("content-type"),
    signed: isForParticipants || (await isSigned(asked, host)),
    body: body === "" ? null : (JSON.parse(body) as unknown),
  };
}
