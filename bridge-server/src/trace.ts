import { context, isSpanContextValid, ProxyTracerProvider, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes, Link, Span, SpanContext } from "@opentelemetry/api";

/** What answers while nobody has registered an SDK. */
const NOBODY = new ProxyTracerProvider().getDelegate();

/** What may be told of a piece of work. Names are from a short list: no ids, no text (T43). */
export interface Traced {
  name: string;
  kind?: "server" | "client" | "inside";
  attributes?: Attributes;
  /** Begins a trace of its own, linked to where this came from. */
  after?: object;
}

let isOn = false;

/** Looks whether whoever runs the bridge has registered an OpenTelemetry SDK. Called when a bridge starts, so that nobody need look again. */
export function lookForTracer(): void {
  const provider = trace.getTracerProvider();
  isOn = !(provider instanceof ProxyTracerProvider) || provider.getDelegate() !== NOBODY;
}

export const isTracing = (): boolean => isOn;

/** Runs a piece of work as a span. Without an SDK it is run and nothing else. A failure leaves its class, never its message. */
export function traced<T>(what: Traced, run: (span: Span | null) => Promise<T>): Promise<T> {
  if (!isTracing()) return run(null);
  const { name, kind = "inside", attributes = {}, after } = what;
  const origin = after && origins.get(after);
  const links: Link[] = origin ? [{ context: origin }] : [];
  const options = { kind: KINDS[kind], attributes, links, root: after !== undefined };
  return trace.getTracer("baton").startActiveSpan(name, options, async (span) => {
    try {
      return await run(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", kindOf(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** W3C `traceparent` of the span that is under way, or nothing. */
export function traceparent(): Record<string, string> {
  const span = trace.getSpanContext(context.active());
  if (!span || !isSpanContextValid(span)) return {};
  return { traceparent: `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}` };
}

const origins = new WeakMap<object, SpanContext>();

/** Remembers that something came out of the span that is under way, for as long as anybody holds it. */
export function rememberOrigin(what: readonly object[]): void {
  const span = what.length > 0 && isTracing() ? trace.getSpanContext(context.active()) : undefined;
  if (span) for (const one of what) origins.set(one, span);
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "kind" in error && typeof error.kind === "string" ? error.kind : error.name;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, inside: SpanKind.INTERNAL };
