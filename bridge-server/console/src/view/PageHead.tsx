import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Console } from "../console.ts";

/** A page's heading, which names the window, too. Whoever comes by a link begins there, also with a screen reader. */
export function PageHead({ parts, title, children }: { parts: Console; title: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrivals = parts.address.arrivals.value;
  useLayoutEffect(() => {
    document.title = `${title} · Baton console`;
  }, [title]);
  useLayoutEffect(() => {
    if (arrivals === 0) return;
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [arrivals]);
  return (
    <header class="page-head">
      <h1 ref={heading} tabIndex={-1} dir="auto">
        {title}
      </h1>
      {children}
    </header>
  );
}
