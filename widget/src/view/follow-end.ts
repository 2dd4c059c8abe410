import type { Signal } from "@preact/signals-core";

const AT_THE_END_WITHIN_PX = 80;

/**
 * What is new is scrolled to, whatever made it or its place larger or smaller; unless the visitor has scrolled up to read. Then
 * `scrolledUpFrom` holds the number of the last entry there was.
 */
export function followEnd(log: HTMLElement, scrolledUpFrom: Signal<number | null>, lastSeq: () => number): void {
  let top = 0;
  let end = 0;
  log.addEventListener("scroll", () => {
    // Away is who moves up. Who was at the end and is not any more may only not have been scrolled to what has just come; and the browser
    // itself moves what is seen up where there is more room for it.
    const isSameRoom = end === (end = log.scrollHeight - log.clientHeight);
    if (end - log.scrollTop < AT_THE_END_WITHIN_PX) scrolledUpFrom.value = null;
    else if (isSameRoom && log.scrollTop < top) scrolledUpFrom.value ??= lastSeq();
    top = log.scrollTop;
  });
  const watcher = new ResizeObserver(() => {
    if (scrolledUpFrom.value === null) log.scrollTop = log.scrollHeight;
  });
  watcher.observe(log);
  watcher.observe(log.firstElementChild!); // what was said stands in it, which may grow within the log's own height
}
