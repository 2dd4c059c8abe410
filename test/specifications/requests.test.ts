import { existsSync } from "node:fs";
import { join } from "node:path";
import { heldTo, type Answered, type Asked } from "@baton/bridge-server/conformance";
import { describe, expect, test } from "vitest";
import { formIn } from "../doubles/forms.ts";
import { asFile, readSpecification, type Specification } from "./specification.ts";
import { describedVendors } from "./vendors.ts";

// What connectors ask and what stand-ins answer, all through the rules of the contract, held against the vendors' own descriptions.
const folder = process.env["VENDOR_SPECS"] ?? "";
const isHere = folder !== "" && existsSync(folder);

describe.skipIf(!isHere).each(describedVendors)(
  "$vendor's own description (VENDOR_SPECS)",
  async ({ start, files, free, downloads, webhooks = {} }) => {
    const specifications = isHere ? files.map(({ file, ...how }) => readSpecification(join(folder, file), how)) : [];
    const events: { type: string }[] = [];
    const exchanges = isHere ? await everythingAsked() : [];
    const used = Map.groupBy(exchanges, ({ operation }) => operation);

    test("knows every call that the connector makes", () => {
      expect(exchanges.length).toBeGreaterThan(100);
      expect(exchanges.filter(({ operation }) => operation === null).map(({ asked }) => `${asked.method} ${asked.path}`)).toEqual([]);
    });

    test("finds nothing wrong with what the connector sends", () => {
      expect(wrong(({ specification, operation, asked }) => wrongWithBody(specification, operation, asked))).toEqual([]);
      expect(wrong(({ specification, operation, asked }) => specification.wrongWithQuery(operation, asked.query))).toEqual([]);
    });

    test("finds nothing wrong with what the stand-in answers", () => {
      const successes = exchanges.filter(({ answered }) => answered.status < 300);
      expect(
        wrong(
          ({ specification, operation, answered }) => specification.wrongWithAnswer(operation, answered.status, answered.body),
          successes,
        ),
      ).toEqual([]);
    });

    test("would refuse a wrong value in each field that the connector sends, and each field misspelt, so it does look", () => {
      const overlooked = [...used.keys()].flatMap((operation) => {
        const bodies = (used.get(operation) ?? []).filter(({ asked }) => asked.body !== "");
        const fields = new Map(bodies.flatMap((exchange) => fieldsOf(exchange.asked).map((field) => [field, exchange] as const)));
        return [...fields].flatMap(([field, { specification, asked }]) => {
          if (operation === null || specification === null) return [`${operation}: ${field}`];
          const isSeen = (spoilt: Asked) => wrongWithBody(specification, operation, spoilt).length > 0;
          if (!free.includes(field) && !isSeen(withWrongValue(asked, field))) return [`${operation}: ${field}`];
          return isSeen(misspelt(asked, field)) ? [] : [`${operation}: ${field}, misspelt`];
        });
      });
      expect(overlooked).toEqual([]);
    });

    const describesWebhooks = Object.keys(webhooks).length > 0;
    if (describesWebhooks)
      test("finds nothing wrong with the webhooks that the stand-in sends", () => {
        const known = events.filter(({ type }) => Object.hasOwn(webhooks, type));
        expect(new Set(known.map(({ type }) => type))).toEqual(new Set(Object.keys(webhooks)));
        const complaints = (event: { type: string }) => specifications.flatMap((one) => one.wrongWith(webhooks[event.type]!, event));
        expect([...new Set(known.flatMap(complaints))]).toEqual([]);
        for (const event of known) expect(complaints({ ...event, payload: 17 } as { type: string })).not.toEqual([]);
      });

    type Exchange = Awaited<ReturnType<typeof everythingAsked>>[number];
    type Known = Exchange & { specification: NonNullable<Exchange["specification"]>; operation: string };

    function wrong(complain: (known: Known) => string[], among: Exchange[] = exchanges): string[] {
      const known = among.filter((exchange): exchange is Known => exchange.operation !== null);
      return [...new Set(known.flatMap((exchange) => complain(exchange).map((complaint) => `${exchange.operation}: ${complaint}`)))];
    }

    async function everythingAsked() {
      events.length = 0;
      const seen: { asked: Asked; answered: Answered }[] = [];
      for (const { cannot, run } of await heldTo(() =>
        start({ seen: (asked, answered) => void seen.push({ asked, answered }), told: (event) => void events.push(event) }),
      ))
        if (cannot === null) await run();
      const described = seen.filter(({ asked }) => !downloads?.test(asked.path));
      const readable = await Promise.all(
        described.map(async ({ asked, answered }) => ({ asked: await withReadableParts(asked), answered })),
      );
      return readable.map(({ asked, answered }) => {
        const specification = specifications.find((one) => one.operationOf(asked.method, asked.path) !== null) ?? null;
        return { asked, answered, specification, operation: specification?.operationOf(asked.method, asked.path) ?? null };
      });
    }
  },
);

const isForm = ({ headers }: Asked) => (headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");

const hasParts = ({ headers }: Asked) => (headers.get("content-type") ?? "").startsWith("multipart/form-data");

/** A form with files, its body as JSON: what bears `[]` is a list. */
async function withReadableParts(asked: Asked): Promise<Asked> {
  const form = await formIn(asked);
  if (form === null) return asked;
  const textOf = (value: FormDataEntryValue) => (value instanceof File ? asFile(value) : value);
  const fields = [...new Set(form.keys())].map((field) => {
    const values = form.getAll(field).map(textOf);
    return [field, field.endsWith("[]") || values.length > 1 ? values : values[0]];
  });
  return { ...asked, body: JSON.stringify(Object.fromEntries(fields)) };
}

function bodyOf({ body }: Asked): unknown {
  return body === "" ? undefined : JSON.parse(body);
}

function wrongWithBody(specification: Specification, operation: string, asked: Asked): string[] {
  if (isForm(asked)) return specification.wrongWithForm(operation, new URLSearchParams(asked.body));
  if (hasParts(asked)) return specification.wrongWithParts(operation, bodyOf(asked));
  return specification.wrongWithRequest(operation, bodyOf(asked));
}

function fieldsOf(asked: Asked): string[] {
  return isForm(asked) ? [...new URLSearchParams(asked.body).keys()] : Object.keys(bodyOf(asked) as object); // what is sent are objects
}

function withWrongValue(asked: Asked, field: string): Asked {
  if (isForm(asked)) return changed(asked, (form) => form.set(field, "not this"));
  const body = bodyOf(asked) as Record<string, unknown>; // its field was just listed
  return { ...asked, body: JSON.stringify({ ...body, [field]: typeof body[field] === "object" ? 17 : { not: "this" } }) };
}

function misspelt(asked: Asked, field: string): Asked {
  if (isForm(asked))
    return changed(asked, (form) => {
      form.set(`${field}x`, form.get(field) ?? "");
      form.delete(field);
    });
  const { [field]: value, ...rest } = bodyOf(asked) as Record<string, unknown>;
  return { ...asked, body: JSON.stringify({ ...rest, [`${field}x`]: value }) };
}

function changed(asked: Asked, change: (form: URLSearchParams) => void): Asked {
  const form = new URLSearchParams(asked.body);
  change(form);
  return { ...asked, body: form.toString() };
}
