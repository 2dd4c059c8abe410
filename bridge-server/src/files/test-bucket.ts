import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

/**
 * A storage that speaks as much S3 as is needed here: one bucket, path-style. Every request has to carry the signature that Amazon's own
 * signer makes of it.
 */
export async function startBucket({ knowsConditions = true } = {}) {
  const region = "eu-central-1";
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a-secret-of-some-length" };
  const signer = new SignatureV4({ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false, applyChecksum: false });
  const objects = new Map<string, Buffer>();
  let failure: number | null = null;

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    objects,
    region,
    ...credentials,
    address: `http://127.0.0.1:${port}/chat-files`,
    /** From now on it answers so; `null`: as it should. */
    failWith: (status: number | null) => void (failure = status),
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer); // no encoding is set
    const body = Buffer.concat(parts);
    const url = new URL(incoming.url ?? "/", `http://127.0.0.1:${port}`);
    const key = decodeURIComponent(url.pathname.replace(/^\/chat-files\/?/, ""));
    if (failure !== null) return refuse(outgoing, failure, "InternalError");
    if (!(await isSigned(incoming, url))) return refuse(outgoing, 403, "SignatureDoesNotMatch");
    const there = objects.get(key);
    switch (incoming.method) {
      case "PUT":
        if (there && knowsConditions && incoming.headers["if-none-match"] === "*") return refuse(outgoing, 412, "PreconditionFailed");
        objects.set(key, body);
        return void outgoing.writeHead(200).end();
      case "DELETE":
        objects.delete(key);
        return void outgoing.writeHead(204).end();
      case "HEAD":
        return void outgoing.writeHead(there ? 200 : 404, there && { "content-length": there.length }).end();
      default:
        if (url.searchParams.get("list-type") === "2") return list(outgoing, url.searchParams.get("prefix") ?? "");
        return there ? send(outgoing, there, incoming.headers.range) : refuse(outgoing, 404, "NoSuchKey");
    }
  }

  function list(outgoing: ServerResponse, prefix: string): void {
    const found = [...objects].filter(([key]) => key.startsWith(prefix));
    const contents = found.map(([key, { length }]) => `<Contents><Key>${key}</Key><Size>${length}</Size></Contents>`).join("");
    outgoing.writeHead(200, { "content-type": "application/xml" });
    outgoing.end(`<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`);
  }

  async function isSigned({ method = "GET", headers }: IncomingMessage, url: URL): Promise<boolean> {
    const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.split(";") ?? [];
    const [, year, month, day, rest] = /^(\d{4})(\d\d)(\d\d)T(.*)$/.exec(String(headers["x-amz-date"])) ?? [];
    const signed = await signer.sign(
      {
        method,
        protocol: "http:",
        hostname: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      },
      { signingDate: new Date(`${year}-${month}-${day}T${rest?.replace(/(\d\d)(\d\d)(\d\dZ)/, "$1:$2:$3")}`) },
    );
    const signatureIn = (authorization = "") => /Signature=(\w+)/.exec(authorization)?.[1];
    return signatureIn(signed.headers["authorization"]) === signatureIn(headers.authorization);
  }
}

function send(outgoing: ServerResponse, object: Buffer, range = ""): void {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (from === "") return void outgoing.writeHead(200, { "content-length": object.length }).end(object);
  const part = object.subarray(Number(from), to === "" ? undefined : Number(to) + 1);
  const last = Number(from) + part.length - 1;
  outgoing.writeHead(206, { "content-range": `bytes ${from}-${last}/${object.length}`, "content-length": part.length }).end(part);
}

function refuse(outgoing: ServerResponse, status: number, code: string): void {
  outgoing
    .writeHead(status, { "content-type": "application/xml" })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}
