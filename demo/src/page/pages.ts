import { configureForm } from "./configure-page.ts";

// The shop's pages. None but the configurator has a script: whatever moves on them is the widget, and it gets no help.

const products = [
  {
    path: "/product/teapot",
    image: "/teapot.svg",
    name: "Stoneware teapot",
    price: "€48.00",
    short: "Holds four cups, and their warmth.",
    long: "Thrown by hand and fired twice, with a glaze that is never quite the same. The spout does not drip; we tried for a year.",
    facts: ["900 ml", "Dishwasher safe", "Strainer of stainless steel"],
  },
  {
    path: "/product/tablecloth",
    image: "/tablecloth.svg",
    name: "Linen tablecloth",
    price: "€64.50",
    short: "Washed linen that needs no iron.",
    long: "European flax, woven in Portugal and washed until soft. It looks best after the second dinner.",
    facts: ["150 × 250 cm", "Pure linen", "Wash at 40 °C"],
  },
  {
    path: "/product/cups",
    image: "/cups.svg",
    name: "Four espresso cups",
    price: "€36.00",
    short: "Small, thick, and hard to knock over.",
    long: "Thick walls keep a short coffee hot. They stack, which is the whole idea of a set.",
    facts: ["70 ml each", "Stackable", "Four glazes"],
  },
];

/** By path: what a page looks like when the bridge is at this address. */
export const pages: Record<string, (bridge: string) => string> = {
  "/": (bridge) => shopPage(bridge, "Homeware, made slowly", home()),
  "/orders": (bridge) => shopPage(bridge, "Your orders", orders),
  "/configure": (bridge) =>
    htmlPage({
      title: "Make it yours · Acme Shop",
      bridge: null,
      body: frame(bridge, configureForm(bridge)),
      styles: ["shop", "configure"],
    }),
  "/plain": (bridge) => htmlPage({ title: "Plain page", bridge, body: "" }),
  ...Object.fromEntries(
    products.map((product) => [product.path, (bridge: string) => shopPage(bridge, product.name, productPage(product))]),
  ),
};

/** For every other path. */
export function missingPage(bridge: string): string {
  return shopPage(
    bridge,
    "Not here",
    `<h1>This shelf is empty</h1><p class="lead">There is no such page. <a href="/">Back to the shop</a></p>`,
  );
}

function home(): string {
  return `
    <section class="hero">
      <div>
        <h1>Homeware, made slowly</h1>
        <p class="lead">Things for the table that get better with every breakfast. Sent within a day, free above €50.</p>
        <a class="button" href="/product/teapot">See the teapot</a>
      </div>
      <img src="/teapot.svg" alt="" width="320" height="260">
    </section>
    <h2>On the table</h2>
    <ul class="products">${products.map(card).join("")}</ul>`;
}

function card({ path, image, name, price, short }: Product): string {
  return `
      <li><a href="${path}">
        <img src="${image}" alt="" width="320" height="260" loading="lazy">
        <strong>${name}</strong><span class="price">${price}</span><span class="muted">${short}</span>
      </a></li>`;
}

function productPage({ image, name, price, long, facts }: Product): string {
  return `
    <p class="crumbs"><a href="/">Shop</a> / ${name}</p>
    <article class="product">
      <img src="${image}" alt="${name}" width="320" height="260">
      <div>
        <h1>${name}</h1>
        <p class="price">${price}</p>
        <p>${long}</p>
        <ul class="facts">${facts.map((fact) => `<li>${fact}</li>`).join("")}</ul>
        <a class="button" href="#basket">Add to basket</a>
        <p id="basket" class="added">In your basket. It is in good company.</p>
      </div>
    </article>`;
}

const orders = `
    <h1>Your orders</h1>
    <p class="lead">Something wrong with one of them? Ask in the chat.</p>
    <div class="scroll"><table>
      <thead><tr><th scope="col">Order</th><th scope="col">Item</th><th scope="col">Total</th><th scope="col">Status</th></tr></thead>
      <tbody>
        <tr><td>A-1001</td><td><a href="/product/teapot">Stoneware teapot</a></td><td>€48.00</td><td><span class="status">Delivered</span></td></tr>
        <tr><td>A-1002</td><td><a href="/product/tablecloth">Linen tablecloth</a></td><td>€64.50</td><td><span class="status">On its way</span></td></tr>
      </tbody>
    </table></div>`;

function shopPage(bridge: string, title: string, main: string): string {
  return htmlPage({ title: `${title} · Acme Shop`, bridge, body: frame(bridge, main), styles: ["shop"] });
}

function frame(bridge: string, main: string): string {
  return `
  <header>
    <a class="brand" href="/"><img src="/mark.svg" alt="" width="28" height="28">Acme Shop</a>
    <nav aria-label="Shop"><a href="/">Shop</a><a href="/product/teapot">Teapot</a><a href="/orders">Orders</a></nav>
  </header>
  <aside class="hint" aria-label="About this demo">
    <p><strong>This is a demo.</strong> Open the chat in the corner and say <q>I want a refund</q>, then <q>A-1001</q>. The assistant passes
    you to a person, who is you again, <a href="/desk" target="_blank" rel="noopener">at the desk</a>.</p>
  </aside>
  <main>${main}</main>
  <footer><p class="muted">Acme Shop, a shop that does not exist. <a href="/plain">The chat on an empty page</a> · <a href="/configure">Make it yours</a> ·
  <a href="${bridge}/console/" target="_blank" rel="noopener">The operators’ console</a>, whose key stands where the demo was started</p></footer>`;
}

/** `bridge: null`: a page that puts the chat on by itself. */
function htmlPage({ title, bridge, body, styles = [] }: { title: string; bridge: string | null; body: string; styles?: string[] }): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="icon" href="/mark.svg" type="image/svg+xml">
${styles.map((name) => `  <link rel="stylesheet" href="/${name}.css">\n`).join("")}</head>
<body>${body}
${bridge === null ? "" : `  <script async src="${bridge}/baton.js?site=shop" data-site="shop"></script>\n`}</body>
</html>
`;
}

type Product = (typeof products)[number];
