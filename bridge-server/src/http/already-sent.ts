// oxlint-disable-next-line no-restricted-imports -- here it is mended
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/**
 * What a route answers that has written to Node's own response. A clone is always the platform's own: in a program that serves by the same
 * adapter before this is imported, the adapter's word for it is one of the light responses that it sends without asking what they say.
 */
export const ALREADY_SENT = RESPONSE_ALREADY_SENT.clone();
