import { readdirSync, readFileSync } from "node:fs";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { missingPage, pages } from "./page/pages.ts";

interface Places {
  /** Where browsers find the bridge. */
  bridge: string;
  /** Where the desk is; browsers see it as a part of the shop. */
  desk: string;
}

const folder = new URL("page/", import.meta.url);
const contentTypes: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * The shop: a few pages without a script of their own, in which the widget has to live under a strict content policy.
 * Its server may listen before it opens, so that its port is held while the rest starts; until then it says so.
 */
export function createShop() {
  let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void = (_, outgoing) =>
    void outgoing.writeHead(503, { "content-type": "text/plain", "retry-after": "1" }).end("The shop is about to open.\n");
  const server = createServer((incoming, outgoing) => answer(incoming, outgoing));

  return { server, open, stop };

  function open({ bridge, desk }: Places): void {
    const headers = {
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": "no-cache",
    };
    const known = new Map([...pagesAt(bridge), ...files()]);
    const missing = { ...html(missingPage(bridge)), status: 404 };

    answer = (incoming, outgoing) => {
      const path = (incoming.url ?? "/").replace(/[?#].*$/, "");
      if (path === "/desk" || path.startsWith("/desk/")) return passOn(incoming, outgoing, new URL(desk));
      if (incoming.method !== "GET" && incoming.method !== "HEAD") return void outgoing.writeHead(405, { allow: "GET, HEAD" }).end();
      const { status, contentType, body } = known.get(path) ?? missing;
      const policy = policyFor(bridge, path === "/configure");
      outgoing
        .writeHead(status, { ...headers, "content-security-policy": policy, "content-type": contentType, "content-length": body.length })
        .end(body);
    };
  }

  async function stop(): Promise<void> {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections(); // the desk's pages keep their streams open
    await closed;
  }
}

/** All that a page with the widget needs to allow, and nothing else; but for the page that has a script of its own, which adds the widget's. */
function policyFor(bridge: string, hasScript: boolean): string {
  return [
    "default-src 'none'",
    `script-src ${bridge}${hasScript ? " 'self'" : ""}`,
    `connect-src ${bridge}`,
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...(hasScript ? [] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
  ].join("; ");
}

function pagesAt(bridge: string): [string, Answer][] {
  return Object.entries(pages).map(([path, page]) => [path, html(page(bridge))]);
}

function html(page: string): Answer {
  return { status: 200, contentType: "text/html; charset=utf-8", body: Buffer.from(page) };
}

/** Every file of the page's folder that a browser may want, by its own name. */
function files(): [string, Answer][] {
  return readdirSync(folder).flatMap((name): [string, Answer][] => {
    const contentType = contentTypes[name.split(".").at(-1) ?? ""];
    return contentType ? [[`/${name}`, { status: 200, contentType, body: readFileSync(new URL(name, folder)) }]] : [];
  });
}

/** Streams pass as they come; when the browser goes away, the desk is told. */
function passOn(incoming: IncomingMessage, outgoing: ServerResponse, desk: URL): void {
  const { url: path, method, headers } = incoming;
  const onward = request({ host: desk.hostname, port: desk.port, path, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    outgoing.flushHeaders();
    pipeline(answer, outgoing, () => {}); // either side may go away at any time
  });
  onward.on("error", () => {
    if (outgoing.headersSent) return void outgoing.destroy();
    outgoing
      .writeHead(502, { "content-type": "text/plain; charset=utf-8", "retry-after": "1" })
      .end("The desk is not there at the moment.\n");
  });
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

interface Answer {
  status: number;
  contentType: string;
  body: Buffer;
}
