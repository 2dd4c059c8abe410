import * as z from "zod";
import { scopeOf } from "../config-roles.ts";
import * as answers from "./answers.ts";
import * as destinations from "./destination-answers.ts";
import * as numbers from "./number-answers.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operator-operations.ts";

type Json = Record<string, unknown>;

/**
 * The operators' API as OpenAPI 3.1 describes it: what it takes by the very schemas that check it, what it answers by those that its answers
 * are held to. Answers may get more members, so none of them is closed to others.
 */
export function openapi(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = `/v1${operation.path.replaceAll(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [operation.method]: described(operation) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Baton: the operators' API",
      version: "1.0.0",
      description: "Every handoff, conversation and destination of a bridge, and what can be done about them by hand.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: components(),
      securitySchemes: {
        key: { type: "apiKey", in: "header", name: "x-api-key", description: "One of `operators.keys`." },
        bearer: { type: "http", scheme: "bearer", description: "The same key." },
      },
    },
  };
}

/** Answers that have a name of their own. */
const named = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries({ ...answers, ...destinations, ...numbers })) named.add(schema, { id });

function described({ method, path, summary, role, scope, query, body, answer, refusal = answers.Problem }: Operation): Json {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const refused = refusal === answers.Problem ? "application/problem+json" : "application/json";
  return {
    operationId: `${method}${path.replaceAll(/[^a-z]+([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    ...(role !== null && { description: `Needs a key with the role ${role}, or with the scope ${scope ?? scopeOf[role]}.` }),
    security: role === null ? [] : [{ key: [] }, { bearer: [] }],
    parameters: [...inPath, ...(query ? parametersOf(query) : [])],
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: taken(body) } } } }),
    responses: {
      "200": { description: "Done", content: contentOf(answer) },
      default: { description: "Refused", content: { [refused]: { schema: refTo(refusal) } } },
    },
  };
}

function contentOf(answer: Operation["answer"]): Json {
  if (answer === "events") return { "text/event-stream": { schema: { type: "string" } } };
  if (answer === "lines") {
    return { "application/x-ndjson": { schema: { type: "string" } }, "text/csv": { schema: { type: "string" } } };
  }
  if (answer === "page") return { "text/html": { schema: { type: "string" } } };
  if (answer === "description") return { "application/json": { schema: { type: "object" } } };
  const schema = answer instanceof z.ZodUnion ? { anyOf: answer.options.map((one) => refTo(one as z.ZodType)) } : refTo(answer);
  return { "application/json": { schema } };
}

function refTo(schema: z.ZodType): Json {
  return { $ref: `#/components/schemas/${named.get(schema)?.id}` };
}

function parametersOf(query: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = taken(query) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: required.includes(name), schema }));
}

function taken(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", override: plainly });
  return rest;
}

function components(): Json {
  const open: typeof plainly = (context) => {
    plainly(context);
    if (context.jsonSchema.additionalProperties === false) delete context.jsonSchema.additionalProperties;
  };
  const { schemas } = z.toJSONSchema(named, { uri: (id) => `#/components/schemas/${id}`, override: open });
  for (const schema of Object.values(schemas)) {
    delete schema.$schema; // the document has its own
    delete schema.$id;
  }
  return schemas;
}

/** Without what follows from the format, and the bounds that every number of a program has. */
function plainly({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
