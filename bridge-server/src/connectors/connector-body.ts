import * as z from "zod";
import { CallError } from "../call.ts";

/** The address of somebody's picture, as a platform tells it. What is none is no picture, and no reason to refuse the rest. */
export const PictureAddress = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .nullish()
  .catch(null);

/** What a delivery's bytes say, where the vendor sends JSON. Bytes that are no UTF-8 are "refused", not mended. */
export function jsonOf(vendor: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new CallError("refused", `${vendor}: the body is not JSON in UTF-8`, { cause });
  }
}
