/** Adds a part's styles to the panel's, by a constructed sheet, which a page's policy need not allow. */
export function addStyles(panel: HTMLElement, css: string): ShadowRoot {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const root = panel.getRootNode() as ShadowRoot; // the launcher has made it
  root.adoptedStyleSheets.push(sheet);
  return root;
}
