import type { Announcer } from "./announce.ts";
import type { Config } from "./config.ts";
import type { Connector } from "./connectors/connector.ts";
import type { ExportLine } from "./export/export-line.ts";
import { linkPattern } from "./files/files.ts";
import { createRedaction, redactedAnnouncer, redactedConnector, redactedLine } from "./redaction.ts";

/** What is told to others, as the configuration wants it gone through first. */
export function redactionOf({ redaction: settings, listen }: Pick<Config, "redaction" | "listen">) {
  const { cards, emails, phones, patterns, before } = settings;
  const redaction = cards || emails || phones || patterns.length > 0 ? createRedaction(settings) : null;
  const at = (place: (typeof before)[number]) => (before.includes(place) ? redaction : null);
  const [desks, announcements, exports] = [at("desks"), at("announcements"), at("exports")];
  const links = linkPattern(listen.publicUrl);
  return {
    connector: (connector: Connector): Connector => (desks ? redactedConnector(connector, desks, links) : connector),
    announcer: (announcer: Announcer): Announcer => (announcements ? redactedAnnouncer(announcer, announcements) : announcer),
    line: (line: ExportLine): ExportLine => (exports ? redactedLine(line, exports) : line),
  };
}
