import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";

/** A vendor's own description of its API (OpenAPI 3.0), which says what is wrong with a call or a webhook. */
export interface Specification {
  /** Where a call leads, as `POST /path/{id}`; `null`: to nothing that the vendor describes. */
  operationOf(method: string, path: string): string | null;
  /** What is wrong with the body of a call. An operation that takes none wants `undefined`. */
  wrongWithRequest(operation: string, body: unknown): string[];
  /** What is wrong with a form that has files in it, each a text that `asFile` has written. */
  wrongWithParts(operation: string, parts: unknown): string[];
  /** What is wrong with the form of a call, whose values are all text. */
  wrongWithForm(operation: string, form: URLSearchParams): string[];
  /** What is asked for in the address, and is not described. */
  wrongWithQuery(operation: string, query: URLSearchParams): string[];
  /** What is wrong with an answer. */
  wrongWithAnswer(operation: string, status: number, body: unknown): string[];
  /** What is wrong with a value that is to be `components.schemas[name]`. */
  wrongWith(schema: string, value: unknown): string[];
}

/** Where a description is known to be wrong or silent, and how we know. `change` works on the parsed description. */
export interface Overlay {
  because: string;
  change(description: Description): void;
}

/** As much of OpenAPI as is looked at here. */
export interface Description {
  paths: Record<string, Record<string, Operation> & { parameters?: Parameters }>;
  components: { schemas: Record<string, Schema> };
}
type Schema = Record<string, unknown>;
type Content = { content?: Record<string, { schema?: Schema }> };
type Parameters = ({ name: string } | { $ref: string })[];
interface Operation {
  parameters?: Parameters;
  requestBody?: Content & { $ref?: string; required?: boolean };
  responses?: Record<string, Content>;
}

const FORM = "application/x-www-form-urlencoded";
const PARTS = "multipart/form-data";
/** Formats of the vendors' own making, which say nothing to a program. */
const THEIR_OWN = { timestamp: true, "uri-map": true, "date-time-rfc-2822": true, currency: true, "phone-number": true } as const;
const METHODS = ["get", "post", "put", "patch", "delete"];

/** Reads a description and lays `overlays` over it. A field that a body has and the description does not is wrong, too. */
export function readSpecification(
  file: string,
  { prefix = "", overlays = [] }: { prefix?: string; overlays?: Overlay[] } = {},
): Specification {
  const description = parse(readFileSync(file, "utf8")) as Description; // JSON is YAML; what is missing fails below
  for (const { change } of overlays) change(description);
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, formats: THEIR_OWN });
  formats.default(ajv);
  ajv.addFormat("binary", /^file of /);
  ajv.addSchema(description, "spec");
  const compiled = new Map<string, ValidateFunction>();
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => methods[method]).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      at: { ...methods[method]!, parameters: [...(methods.parameters ?? []), ...(methods[method]!.parameters ?? [])] },
    })),
  );

  return {
    operationOf(method, path) {
      const fitting = operations.filter((one) => one.method === method.toLowerCase() && patternOf(prefix + one.path).test(path));
      return fitting.toSorted((one, other) => placeholders(one.path) - placeholders(other.path))[0]?.name ?? null;
    },
    wrongWithRequest(name, body) {
      const { requestBody } = found(name);
      if (body === undefined && requestBody?.required !== true) return [];
      const schema = schemaIn(requestBody);
      if (!schema) return body === undefined ? [] : [`${name} takes no body`];
      return complaints(`${name} request`, schema, body, true);
    },
    wrongWithParts(name, parts) {
      const schema = schemaIn(found(name).requestBody, PARTS);
      return schema ? complaints(`${name} parts`, schema, parts, true) : [`${name} takes no files`];
    },
    wrongWithForm(name, form) {
      const schema = schemaIn(found(name).requestBody, FORM);
      if (!schema) return [`${name} takes no form`];
      const twice = [...new Set(form.keys())].filter((field) => form.getAll(field).length > 1 && typeIn(schema, field) !== "array");
      return [...twice.map((field) => `/${field} is there twice`), ...complaints(`${name} form`, schema, valuesOf(form, schema), true)];
    },
    wrongWithQuery(name, query) {
      const known = new Set(found(name).parameters?.map((one) => ("$ref" in one ? (resolve(one.$ref) as { name: string }) : one).name));
      return [...query.keys()].filter((field) => !known.has(field.replace(/\[.*/, ""))).map((field) => `?${field} is not described`);
    },
    wrongWithAnswer(name, status, body) {
      const answer = found(name).responses?.[String(status)];
      if (!answer) return [`${name} never answers ${status}`];
      const schema = schemaIn(answer);
      return schema ? complaints(`${name} ${status}`, schema, body, false) : [];
    },
    wrongWith: (schema, value) => complaints(schema, { $ref: `#/components/schemas/${schema}` }, value, true),
  };

  function found(name: string): Operation {
    const operation = operations.find((one) => one.name === name);
    if (!operation) throw new Error(`the description has no ${name}`);
    return operation.at;
  }

  function schemaIn(content: (Content & { $ref?: string }) | undefined, type = "application/json"): Schema | undefined {
    const resolved = content?.$ref ? (resolve(content.$ref) as Content) : content; // bodies may be referred to
    return resolved?.content?.[type]?.schema;
  }

  function complaints(name: string, schema: Schema, value: unknown, isClosed: boolean): string[] {
    const validate = compiled.get(name) ?? ajv.compile({ $id: name.replaceAll(/\W+/g, "-"), ...withRoot(schema) });
    compiled.set(name, validate);
    const wrong = validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
    return [...wrong, ...(isClosed ? unknownIn(schema, value).map((field) => `/${field} is not described`) : [])];
  }

  /** Only at the top: what lies deeper is often free. */
  function unknownIn(schema: Schema, value: unknown): string[] {
    const known = propertiesOf(schema);
    if (known === null || typeof value !== "object" || value === null) return [];
    return Object.keys(value).filter((field) => !known.has(field));
  }

  function propertiesOf(schema: Schema): Set<string> | null {
    if (typeof schema["$ref"] === "string") return propertiesOf(resolve(schema["$ref"]) as Schema);
    const parts = [schema["allOf"], schema["oneOf"], schema["anyOf"]].flatMap((list) => (Array.isArray(list) ? (list as Schema[]) : []));
    const own = typeof schema["properties"] === "object" ? Object.keys(schema["properties"] ?? {}) : [];
    const all = [...own, ...parts.flatMap((part) => Array.from(propertiesOf(part) ?? []))];
    return all.length > 0 ? new Set(all) : null;
  }

  function resolve(ref: string): unknown {
    return ref
      .slice(2)
      .split("/")
      .reduce((at: unknown, step) => (at as Schema)[step.replaceAll("~1", "/").replaceAll("~0", "~")], description); // the vendor's own references
  }
}

/** A file, where a description knows only texts: no text that we send is one by chance. */
export const asFile = ({ type, size }: File) => `file of ${size} bytes, ${type}`;

/** Numbers and yes or no are written as text in a form, and lists as a field that is there more than once. */
function valuesOf(form: URLSearchParams, schema: Schema): Record<string, unknown> {
  const valueOf = (field: string) => {
    const text = form.get(field) ?? "";
    const type = typeIn(schema, field);
    if (type === "array") return form.getAll(field);
    if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
    return type === "integer" && /^\d+$/.test(text) ? Number(text) : text;
  };
  return Object.fromEntries([...new Set(form.keys())].map((field) => [field, valueOf(field)]));
}

function typeIn({ properties = {} }: Schema, field: string): unknown {
  return (properties as Record<string, Schema | undefined>)[field]?.["type"]; // an OpenAPI schema's own shape
}

/** Its references are to the whole description. */
function withRoot(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"spec#/')) as Schema; // a schema is JSON
}

function patternOf(path: string): RegExp {
  const parts = path.replace(/\/$/, "").split(/\{[^}]+\}/);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&")).join("[^/]+")}/?$`);
}

const placeholders = (path: string) => path.split("{").length;
