import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFiles } from "../files/files.ts";
import { createFolder } from "../files/folder.ts";
import { createIncoming } from "../files/incoming.ts";
import type { Outside, SiteParts } from "./task.ts";

/** For who keeps no files: nothing is written before the first. */
const nowhere = join(tmpdir(), "no-test-of-work-keeps-files");
export const filesNowhere = createFiles(createFolder(nowhere, createIncoming(nowhere)), "");

/** What a worker reaches in a test: one site, a log that nobody reads, and nobody who is told of anything. */
export function outsideOf(parts: Pick<Outside, "bridge" | "store" | "clock"> & Partial<Outside>, site: SiteParts): Outside {
  return {
    log: () => {},
    files: filesNowhere,
    chores: {},
    announcer: { toldOn: () => [], tell: async () => {}, test: async () => {} },
    alerts: { isOn: false, look: async () => {}, list: async () => [] },
    reconciliation: { sites: [], look: async () => {} },
    mailer: null,
    newId: () => "id",
    sites: () => ["shop"],
    site: () => site,
    readDestinations: async () => {},
    ...parts,
  };
}
