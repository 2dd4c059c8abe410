/**
 * Where the panel is the whole screen: the keyboard never covers the field, wherever browsers put it (Safari lays it over the page and
 * tells of it here only), and what is pulled moves the messages, not the page under them.
 */
export function fitPhone(panel: HTMLElement): void {
  const view = globalThis.visualViewport;
  if (!view) return;
  const fit = (): void => {
    // Zoomed in, the visitor looks at a part of it, and means to.
    const isWhole = panel.matches(":modal") && view.scale < 1.05;
    const zoom = (panel as { currentCSSZoom?: number }).currentCSSZoom ?? 1; // by the page's own styles; Firefox and Safari have no word for it yet
    panel.style.setProperty("--seen-height", isWhole ? `${view.height / zoom}px` : "");
    panel.style.setProperty("--seen-top", isWhole ? `${view.offsetTop / zoom}px` : "");
  };
  for (const type of ["resize", "scroll"]) view.addEventListener(type, fit);
  new MutationObserver(fit).observe(panel, { attributeFilter: ["open"] });
  fit();
}
