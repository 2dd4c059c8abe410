import { createServer } from "node:http";
import { build } from "vite";

interface Served {
  body: string;
  type?: string;
  /** Its content policy. */
  policy?: string;
  headers?: Record<string, string>;
}

/** Pages that a test makes up: any path of this origin. Served for real, because a browser trusts a page that is only pretended less. */
export async function startOwnPages() {
  const served = new Map<string, Served>();
  const server = createServer((incoming, outgoing) => {
    const { body, type = "text/html", policy, headers } = served.get(new URL(incoming.url ?? "/", "http://own").pathname) ?? { body: "" };
    outgoing
      .writeHead(200, { ...headers, "content-type": `${type}; charset=utf-8`, ...(policy && { "content-security-policy": policy }) })
      .end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://localhost:${(server.address() as { port: number }).port}`; // TCP: an object with a port

  return {
    url,
    put: (path: string, page: Served): string => (served.set(path, page), url + path),

    /**
     * An owner's own application, built as they would build it, with nothing allowed but its script, the bridge and what
     * `policies` names. Gives the page's address.
     */
    async putApplication(
      path: string,
      { bridge, code, policies = "'none'" }: { bridge: string; code: string; policies?: string },
    ): Promise<string> {
      const script = `${path}.js`;
      served.set(script, { body: await bundled(code), type: "text/javascript" });
      return this.put(path, {
        body: `<!doctype html><html lang="en"><title>App</title><main><div id="app"></div></main><script type="module" src="${script}"></script></html>`,
        policy: `default-src 'none'; script-src 'self'; connect-src ${bridge}; require-trusted-types-for 'script'; trusted-types ${policies}`,
      });
    },
    stop: () => new Promise((done) => (server.close(done), server.closeAllConnections())),
  };
}

async function bundled(code: string): Promise<string> {
  const entry = `${import.meta.dirname}/application.ts`; // which exists only while it is built
  const built = await build({
    configFile: false,
    logLevel: "silent",
    root: import.meta.dirname,
    define: { "process.env.NODE_ENV": '"development"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" }, // where libraries check more,
    plugins: [{ name: "application", resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? code : null) }],
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { codeSplitting: false } },
    },
  });
  const [made] = (built as { output: { code: string }[] }).output; // one build, not watched, and one file
  return made?.code ?? "";
}
