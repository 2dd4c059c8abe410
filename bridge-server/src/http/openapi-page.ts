import { html, raw } from "hono/html";
import { openapi } from "./openapi.ts";

// The same description for people: drawn by the bridge from the very document, with no script and nothing from elsewhere.

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  format?: string;
  additionalProperties?: Schema | boolean;
}
interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Schema;
}
interface Described {
  operationId: string;
  summary: string;
  description?: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}
interface Document {
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

/** Its own style sheet is all that the page may use. */
export const PAGE_HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "public, max-age=300",
};

/** Everything the operators' API can be asked, as a page. */
export function openapiPage(): string {
  const { info, paths, components } = openapi() as unknown as Document; // what it has just been made of
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => Object.assign({ path, method: method.toUpperCase() }, described)),
  );
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        <link rel="stylesheet" href="/v1/docs.css" />
      </head>
      <body>
        <main>
          <h1>${info.title}</h1>
          <p>
            ${info.description} Version ${info.version}. Send a key as <code>x-api-key</code>, or as a bearer token. Programs read the same
            as <a href="/v1/openapi.json">openapi.json</a>.
          </p>
          <nav aria-label="Operations">
            <ul>
              ${operations.map(
                ({ method, path, summary, operationId }) =>
                  html`<li>
                    <a href="#${operationId}"
                      ><code><b>${method}</b> ${path}</code></a
                    >
                    <span>${summary}</span>
                  </li>`,
              )}
            </ul>
          </nav>
          ${operations.map(section)}
          <h2 id="schemas">What is answered</h2>
          ${Object.entries(components.schemas).map(
            ([name, schema]) =>
              html`<section id="schema-${name}">
                <h3>${name}</h3>
                ${schema.description ? html`<p>${schema.description}</p>` : ""}${members(schema, `Members of ${name}`)}
              </section>`,
          )}
        </main>
      </body>
    </html>`;
  return String(page);
}

function section({
  method,
  path,
  summary,
  description,
  operationId,
  parameters,
  requestBody,
  responses,
}: Described & { method: string; path: string }) {
  const body = requestBody?.content["application/json"]?.schema;
  const [answer] = Object.entries(responses["200"]?.content ?? {});
  return html`<section id="${operationId}" aria-labelledby="${operationId}-name">
    <h2 id="${operationId}-name">
      <code><b>${method}</b> ${path}</code>
    </h2>
    <p>${summary}. ${description ?? "Anybody may ask."}</p>
    ${
      parameters.length > 0
        ? table(
            `Parameters of ${method} ${path}`,
            parameters.map(({ name, in: place, required, schema }) => ({ name, note: place, required, schema })),
          )
        : ""
    }
    ${
      body
        ? html`<h3>It takes</h3>
            ${members(body, `Body of ${method} ${path}`)}`
        : ""
    }
    ${
      answer
        ? html`<h3>It answers</h3>
            <p>${kindOf(answer[1].schema)} as <code>${answer[0]}</code></p>`
        : ""
    }
  </section>`;
}

function members(schema: Schema, caption: string) {
  const { properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(([name, its]) => ({ name, note: null, required: required.includes(name), schema: its }));
  return rows.length > 0 ? table(caption, rows) : html`<p>${kindOf(schema)}</p>`;
}

function table(caption: string, rows: { name: string; note: string | null; required: boolean; schema: Schema }[]) {
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">What it is</th>
        <th scope="col">What it means</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ name, note, required, schema }) =>
          html`<tr>
            <th scope="row"><code>${name}</code></th>
            <td>${kindOf(schema)}${note === null ? "" : `, in the ${note}`}${required ? "" : ", may be left out"}</td>
            <td>${schema.description ?? ""}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** In one line, with links to what has a name of its own. */
function kindOf(schema: Schema): ReturnType<typeof raw> | string {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return raw(String(html`<a href="#schema-${name}">${name}</a>`));
  }
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return raw(either.map((one) => String(html`${kindOf(one)}`)).join(" or "));
  if (schema.enum) return raw(schema.enum.map((value) => String(html`<code>${String(value)}</code>`)).join(", "));
  if (schema.const !== undefined) return raw(String(html`<code>${String(schema.const)}</code>`));
  if (schema.type === "array") return raw(String(html`a list of ${schema.items ? kindOf(schema.items) : "anything"}`));
  const type = [schema.type ?? "anything"].flat().join(" or ");
  return schema.format ? `${type} (${schema.format})` : type;
}

/** Readable in light and dark, and on a phone. */
export const pageStyle = `:root{color-scheme:light dark;--ink:#1c2321;--muted:#59645f;--paper:#fbfaf7;--line:#d6d2c7;--accent:#14594f}
@media (prefers-color-scheme:dark){:root{--ink:#e9ebe6;--muted:#a7b1ac;--paper:#171c1b;--line:#37403d;--accent:#7fcdbb}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 ui-sans-serif,system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 4rem}
a{color:var(--accent)}code{font-size:.92em;overflow-wrap:anywhere}
nav ul{padding:0;list-style:none}nav li{padding:.2rem 0}nav span{color:var(--muted)}
section{margin-top:2rem;border-top:1px solid var(--line)}h1{line-height:1.2}h2{font-size:1.15rem}h3{font-size:1rem}
table{width:100%;border-collapse:collapse}caption{text-align:start;color:var(--muted);font-size:.85rem}
th,td{padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);text-align:start;vertical-align:top;font-weight:400}thead th{color:var(--muted);font-size:.85rem}
@media (width<40rem){thead{position:absolute;clip-path:inset(50%)}tr,th,td{display:block;border:0;padding:0}tr{border-bottom:1px solid var(--line);padding:.4rem 0}}
`;
