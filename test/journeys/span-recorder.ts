import { AsyncLocalStorage } from "node:async_hooks";
import { context, ROOT_CONTEXT, trace, type Context, type Span, type SpanContext, type SpanOptions, type Tracer } from "@opentelemetry/api";

/** A tracer as an operator would register one, that only remembers. Until `stop`. */
export function recordSpans() {
  const spans: Recorded[] = [];
  const present = new AsyncLocalStorage<Context>();
  let made = 0;

  context.setGlobalContextManager({
    active: () => present.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => present.run(active, () => run.apply(self as never, args)),
    bind: (_, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  const tracer: Tracer = {
    startSpan: begin,
    // Its overloads end with the function, and what stands before is told apart by what it is.
    startActiveSpan(name: string, ...rest: unknown[]) {
      const run = rest.at(-1) as (span: Span) => unknown;
      const options = rest.length > 1 ? (rest[0] as SpanOptions) : {};
      const span = begin(name, options);
      return present.run(trace.setSpan(context.active(), span), () => run(span)) as never;
    },
  };

  return {
    spans,
    stop() {
      trace.disable();
      context.disable();
    },
  };

  function begin(name: string, options: SpanOptions = {}): Span {
    const parent = options.root ? undefined : trace.getSpanContext(context.active());
    const own: SpanContext = {
      traceId: parent?.traceId ?? (++made).toString(16).padStart(32, "0"),
      spanId: (++made).toString(16).padStart(16, "0"),
      traceFlags: 1,
    };
    const recorded: Recorded = {
      name,
      own,
      parent: parent?.spanId ?? null,
      links: [],
      attributes: { ...options.attributes },
      isOver: false,
    };
    recorded.links.push(...(options.links ?? []).map((link) => link.context.spanId));
    spans.push(recorded);
    const span: Span = {
      spanContext: () => own,
      setAttribute: (key, value) => (Object.assign(recorded.attributes, { [key]: value }), span),
      setAttributes: (more) => (Object.assign(recorded.attributes, more), span),
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus: () => span,
      updateName: (better) => ((recorded.name = better), span),
      end: () => void (recorded.isOver = true),
      isRecording: () => true,
      recordException: () => {},
    };
    return span;
  }
}

interface Recorded {
  name: string;
  own: SpanContext;
  parent: string | null;
  links: string[];
  attributes: Record<string, unknown>;
  isOver: boolean;
}
