import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { CallRequest } from "../call.ts";

/** An access key of Amazon's, for good or for a while, as its own packages write one. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** The same request with Amazon's signature of all of it, which is good for minutes: made anew for each attempt. */
export function createSigner(credentials: Credentials | (() => Promise<Credentials>), region: string, now: () => Date) {
  const signer = new SignatureV4({ service: "connect", region, credentials, sha256: Sha256, applyChecksum: false });

  return async ({ to, method, body, headers = {} }: CallRequest & { body?: string }): Promise<CallRequest> => {
    const whole = { method, protocol: to.protocol, hostname: to.hostname, path: to.pathname, query: Object.fromEntries(to.searchParams) };
    const signed = await signer.sign(
      { ...whole, headers: { ...headers, host: to.host, ...(body !== undefined && { "content-type": "application/json" }) }, body },
      { signingDate: now() },
    );
    return { to, method, headers: signed.headers, ...(body !== undefined && { body }) };
  };
}
