import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Console } from "../console.ts";

interface Props {
  parts: Console;
  title: string;
  /** What the window is called, where that says more. */
  window?: string;
  children?: ComponentChildren;
}

/** A page's heading, which names the window, too. Whoever comes by a link begins there, also with a screen reader. */
export function PageHead({ parts, title, window = title, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrivals = parts.address.arrivals.value;
  useLayoutEffect(() => {
    document.title = `${window} · Baton console`;
  }, [window]);
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
