import { CallError } from "../call.ts";

/** What a delivery's bytes say, where the vendor sends JSON. Bytes that are no UTF-8 are "refused", not mended. */
export function jsonOf(vendor: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new CallError("refused", `${vendor}: the body is not JSON in UTF-8`, { cause });
  }
}
