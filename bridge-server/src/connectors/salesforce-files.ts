// A visitor's file on its way to Salesforce. It documents this call to its own clients only; that it is so was learned from programs of others.
import type { Call } from "../call.ts";
import { idFor } from "../random.ts";
import { filePart, linkedBytes, multipart } from "./connector-files.ts";
import type { LinkedFile } from "./connector.ts";

/** A message with a file, under an id of ours, as what is sent. `null`: the file cannot be had. */
export async function messageWithFile(file: LinkedFile, { id, deployment }: { id: string; deployment: string }, call: Call) {
  const bytes = await linkedBytes(file, call);
  if (bytes === null) return null;
  const message = { id, fileId: idFor(`${id}:file`), text: file.name };
  const entry = JSON.stringify({ message, esDeveloperName: deployment, isNewMessagingSession: false });
  const messageEntry = new File([entry], "entry.json", { type: "application/json" });
  return multipart({ messageEntry, fileData: filePart(file, bytes) });
}
