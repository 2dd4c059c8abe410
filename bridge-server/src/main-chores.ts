import { exportScratch, openExport } from "./backing.ts";
import type { Bridge } from "./bridge.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { ExportUnavailable, runExport } from "./export/export.ts";
import { exportLines, type ExportLine } from "./export/export-line.ts";
import { FilesUnavailable } from "./files/file-errors.ts";
import type { Log } from "./log.ts";
import { sweep } from "./retention.ts";
import { StoreUnavailable } from "./store/store.ts";
import type { ChoreHere, ChoresHere } from "./work/chore-tasks.ts";

interface Parts {
  bridge: Bridge;
  clock: Clock;
  log: Log;
  redact(line: ExportLine): ExportLine;
}

/** What a bridge does for itself, as its configuration says. */
export function choresOf(config: Config, parts: Parts): ChoresHere {
  return {
    ...(config.export && { export: exporting(config.export, config.data, parts) }),
    ...(Object.values(config.retention).some((days) => days !== null) && { retention: sweeping(config.retention, parts) }),
  };
}

const SWEEP_EVERY_MS = 60 * 60_000;
/** In the log of deeds, what nobody has asked for by hand was done by this. */
const ITSELF = { name: "the bridge itself", role: "bridge", key: null };

function sweeping(settings: Config["retention"], { bridge, clock, log }: Parts): ChoreHere {
  return {
    everyMs: SWEEP_EVERY_MS,
    async run(isOurs) {
      const swept = await sweep({ bridge, settings, now: clock.now(), isOurs });
      for (const [kind, count] of Object.entries(swept)) {
        if (count === 0) continue;
        log({ event: "forgotten", level: "info", kind, count });
        await bridge.noteDeed(ITSELF, "retention", { kind, count: String(count) });
      }
    },
    mayPass: (error) => error instanceof StoreUnavailable || error instanceof FilesUnavailable,
  };
}

function exporting(settings: NonNullable<Config["export"]>, data: string, { bridge, log, redact }: Parts): ChoreHere {
  const target = openExport(settings);
  return {
    everyMs: settings.everyMinutes * 60_000,
    async run(isOurs) {
      const { lines, parts, cleared } = await runExport({
        target,
        scratch: exportScratch(data),
        linesAfter: (change) => exportLines(bridge, change, { redact }),
        mayGoOn: isOurs,
        async cleared(key, count) {
          await bridge.happened(key, "copies_erased:exports", { type: "copies_erased", where: "exports", count });
        },
      });
      if (lines + cleared > 0) log({ event: "exported", level: "info", count: lines, state: `${parts} parts, ${cleared} cleared` });
    },
    mayPass: (error) => error instanceof ExportUnavailable || error instanceof StoreUnavailable,
  };
}
