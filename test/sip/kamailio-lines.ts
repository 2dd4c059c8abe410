import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Lines of `bridge-server/sip.md`, as they stand there but for the places that it makes up. */
export function linesOf(language: "kamailio" | "kamailio-tls", places: Record<string, string>): string {
  const guide = readFileSync(new URL("../../bridge-server/sip.md", import.meta.url), "utf8");
  const lines = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1];
  if (!lines) throw new Error(`the guide has no lines for ${language} any more`);
  return Object.entries(places).reduce((all, [made, real]) => {
    if (!all.includes(made)) throw new Error(`the guide's lines for ${language} have no ${made} any more`);
    return all.replace(made, real);
  }, lines);
}

/** What the guide takes for granted of a Kamailio that is there already. */
export function kamailioAround(guide: string, { overUdpAlone = true } = {}): string {
  const modules = readdirSync("/usr/lib")
    .map((name) => join("/usr/lib", name, "kamailio/modules"))
    .join("/:");
  return `
debug=1
log_stderror=yes
children=2
${overUdpAlone ? "disable_tcp=yes" : ""}
auto_aliases=no
mpath="${modules}/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "maxfwd.so"
${guide}
request_route {
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) { if (is_method("ACK") && t_check_trans()) exit; t_relay(); exit; }
  if (is_method("INVITE")) route(TO_A_PERSON);
}
`;
}
