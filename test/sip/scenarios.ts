// What sipp says and waits to hear, one scenario for each way in which a call can go.

interface Invite {
  headers?: string[];
  user?: string;
  method?: string;
}

/** A call that is told where it goes on, and says that it has heard. */
export const redirected = (expected: { contact: string; header?: [name: string, value: string] }, invite: Invite = {}) =>
  scenario(
    "redirected",
    send(message("INVITE", invite), true),
    waits,
    hear(302, {
      checks: [
        ["Contact:", expected.contact],
        ...(expected.header ? [[`${expected.header[0]}:`, expected.header[1]] as [string, string]] : []),
      ],
    }),
    send(message("ACK", invite)),
  );

/** A call that is turned down. */
export const refused = (status: number, invite: Invite = {}) =>
  scenario("refused", send(message("INVITE", invite), true), waits, hear(status), send(message("ACK", invite)));

/** A question that is no call. */
export const asked = (method: string, status: number) => scenario("asked", send(message(method), true), hear(status));

/** The answer's ACK is lost: the answer comes again, until one arrives. */
export const lostAck = () =>
  scenario("lost ACK", send(message("INVITE"), false), waits, hear(302), hear(302), hear(302), send(message("ACK")), pause(5_000));

/** The same INVITE three times, as a network would repeat it. */
export const repeated = () =>
  scenario(
    "repeated",
    send(message("INVITE")),
    send(message("INVITE")),
    send(message("INVITE")),
    waits,
    hear(302),
    hear(302),
    hear(302),
    send(message("ACK")),
  );

/** A caller who hangs up when the answer is there already: too late, and said so politely. */
export const hungUpLate = () =>
  scenario("hung up late", send(message("INVITE"), true), waits, hear(302), send(message("CANCEL"), true), hear(200), send(message("ACK")));

/** A caller who hangs up at once: either is right, as long as it is acknowledged. Nobody but the transaction may be told so. */
export const cancelsNothing = () => scenario("cancels nothing", send(message("CANCEL"), true), hear(481));

/** A call by way of a proxy that follows the redirect: somebody picks up, and it is ended. */
export const throughProxy = () =>
  scenario(
    "through a proxy",
    send(message("INVITE"), true),
    waits,
    hear(180, { optional: true }),
    `<recv response="200" rrs="true"/>`,
    send(message("ACK", {}, "[next_url]", "[peer_tag_param]")),
    send(message("BYE", {}, "[next_url]", "[peer_tag_param]"), true),
    hear(200),
  );

/** Whoever is called: picks up, and takes the end. */
export const picksUp = () =>
  scenario(
    "picks up",
    `<recv request="INVITE" crlf="true"/>`,
    send(accepted("Contact: <sip:[local_ip]:[local_port];transport=[transport]>"), true),
    `<recv request="ACK"/>`,
    `<recv request="BYE"/>`,
    send(accepted()),
  );

/** Whoever is asked whether they take calls, again and again. */
export const saysToOptions = (status: "200 OK" | "503 Service Unavailable") =>
  scenario("says to OPTIONS", `<recv request="OPTIONS" crlf="true"/>`, send(answered(status)));

function scenario(name: string, ...steps: string[]): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="${name}">\n${steps.join("\n")}\n</scenario>\n`;
}

function message(
  method: string,
  { headers = [], user = "shop" }: Invite = {},
  to = `sip:${user}@[remote_ip]:[remote_port]`,
  tag = "",
): string {
  return [
    `${method} ${to} SIP/2.0`,
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${method === "BYE" ? "[branch]" : "z9hG4bK-[pid]-[call_number]"}`,
    "Max-Forwards: 70",
    "From: <sip:+442071838751@[local_ip]:[local_port]>;tag=[call_number]",
    `To: <sip:${user}@[remote_ip]:[remote_port]>${tag}`,
    "Call-ID: [call_id]",
    `CSeq: ${method === "BYE" ? 2 : 1} ${method}`,
    "Contact: <sip:caller@[local_ip]:[local_port]>",
    "X-Destination: refunds",
    "X-Reason: customer_refund",
    "X-Customer-Id: A-[call_number]",
    ...headers,
    "Content-Length: 0",
    "",
    "",
  ].join("\n");
}

const accepted = (...headers: string[]) => answered("200 OK", ...headers);

function answered(status: string, ...headers: string[]): string {
  const brought = ["Via", "From", "To", "Call-ID", "CSeq", "Record-Route"].map(
    (name) => `[last_${name}:]${name === "To" ? ";tag=[call_number]" : ""}`,
  );
  return [`SIP/2.0 ${status}`, ...brought, ...headers, "Content-Length: 0", "", ""].join("\n");
}

const send = (text: string, isRepeated = false) => `<send${isRepeated ? ' retrans="500"' : ""}><![CDATA[\n\n${text}\n]]></send>`;

function hear(
  status: number,
  { optional = false, checks = [] }: { optional?: boolean; checks?: [header: string, pattern: string][] } = {},
): string {
  const actions = checks.map(
    ([header, pattern], at) =>
      `<ereg regexp="${escaped(pattern)}" search_in="hdr" header="${header}" check_it="true" assign_to="${at + 1}"/>`,
  );
  const action = actions.length === 0 ? "" : `<action>${actions.join("")}</action>`;
  const used = actions.length === 0 ? "" : `<Reference variables="${actions.map((_, at) => at + 1).join(",")}"/>`;
  return `<recv response="${status}"${optional ? ' optional="true"' : ""}>${action}</recv>${used}`;
}

/** On a machine that is busy, whoever waits is told so. */
const waits = `<recv response="100" optional="true"/>`;
const pause = (ms: number) => `<pause milliseconds="${ms}"/>`;
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
