import { exportScratch, openExport } from "./backing.ts";
import type { Bridge } from "./bridge.ts";
import { alertKey } from "./bridge-alerts.ts";
import { choreKey, type Chore } from "./bridge-chores.ts";
import { missedKey } from "./bridge-reconciled.ts";
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
  /** Which sites look for what never got here. */
  looksBackOn: string[];
}

/** What a bridge does for itself, as its configuration says. */
export function choresOf(config: Config, parts: Parts): ChoresHere {
  const { findings, ...classes } = config.retention;
  const finds = Object.keys(config.alerts).length > 0 || parts.looksBackOn.length > 0 || config.export !== undefined;
  const forgets = (findings !== null && finds) || Object.values(classes).some((days) => days !== null);
  return {
    ...(config.export && { export: exporting(config.export, config.data, parts) }),
    ...(forgets && { retention: sweeping(config, parts) }),
  };
}

const CHORES: Chore[] = ["export", "retention"];
const SWEEP_EVERY_MS = 60 * 60_000;
/** In the log of deeds, what nobody has asked for by hand was done by this. */
const ITSELF = { name: "the bridge itself", role: "bridge", key: null };

function sweeping({ retention: settings, alerts }: Config, { bridge, clock, log, looksBackOn }: Parts): ChoreHere {
  const findings = [...Object.keys(alerts).map(alertKey), ...looksBackOn.map(missedKey), ...CHORES.map(choreKey)];
  return {
    everyMs: SWEEP_EVERY_MS,
    async run(isOurs) {
      const swept = await sweep({ bridge, settings, findings, now: clock.now(), isOurs });
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
