// The configurator's script: what the form says is put on, shown, and printed. The browser takes it as it stands.

const form = document.querySelector("form"); // this page's
const bridge = form.dataset["bridge"] ?? "";
const given = (name) => String(new FormData(form).get(name) ?? "").trim();
let chat = null;
let pin = null;

// The page answers for the bridge, so that nothing has to be saved before it is seen. It does so before the widget is loaded.
const ask = globalThis.fetch.bind(globalThis);
globalThis.fetch = (input, init) =>
  String(input).includes("/v1/sites/shop/look") ? Promise.resolve(Response.json(asServed(look()))) : ask(input, init);

const script = document.createElement("script");
script.src = `${bridge}/baton.js`;
script.addEventListener("load", show);
document.head.append(script);
void askWhatCanBePinned();
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
for (const button of document.querySelectorAll("[data-copies]")) {
  const does = button.textContent;
  const say = (words) => (button.textContent = words);
  button.addEventListener("click", () => {
    const text = document.getElementById(button.dataset["copies"] ?? "")?.textContent ?? "";
    void copy(text).then(
      () => say("Copied"),
      () => say("The browser does not allow it: mark the text and copy it"),
    );
  });
  button.addEventListener("blur", () => say(does));
}

/** Where a page is not had securely there is no clipboard at all. */
async function copy(text) {
  await navigator.clipboard.writeText(text);
}

function show() {
  chat?.destroy();
  const { Baton } = globalThis; // the script has put it there
  chat = Baton.mount({ site: "shop", ...attributes() });
  const element = document.querySelector("baton-chat");
  for (const [name, value] of styles()) element?.style.setProperty(name, value);
  if (given("greeting")) chat.showBubble({ text: given("greeting") }); // at once, and however often: here it is being written
  printTags();
  print(
    "css",
    styles().length > 0
      ? `baton-chat {\n${styles()
          .map(([name, value]) => `  ${name}: ${value};\n`)
          .join("")}}`
      : "",
  );
  print("config", Object.keys(look()).length > 0 ? `look: ${written(look())},` : "");
}

/** What only a page can say. */
function attributes() {
  return Object.fromEntries(["position", "theme", "locale"].map((name) => [name, given(name)]).filter(([, value]) => value !== ""));
}

function styles() {
  const named = ["surface", "radius", "width", "height", "side", "font"].map((name) => [`--baton-${name}`, given(name)]);
  return named.filter(([name, value]) => value !== "" && (name !== "--baton-surface" || given("tinted") !== ""));
}

function look() {
  const words = Object.fromEntries(
    ["title", "welcome", "label", "icon"].map((name) => [name, given(name)]).filter(([, value]) => value !== ""),
  );
  const suggestions = given("suggestions")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const greeting = given("greeting");
  return {
    ...words,
    ...(given("accent") !== "#2547d0" && { accent: given("accent") }),
    ...(suggestions.length > 0 && { suggestions }),
    ...(greeting && { greetings: [{ name: "hello", text: greeting, after: { seconds: seconds() }, every: "week" }] }),
  };
}

/** As many as the bridge takes. */
function seconds() {
  const { value, min, max } = form.elements.namedItem("seconds");
  return Math.min(Math.max(Math.round(Number(value)), Number(min)), Number(max));
}

/** With what the bridge adds; but for greetings, which do not wait here. */
function asServed(look) {
  return { title: "Acme Shop", avatars: {}, languages: {}, pages: [], ...look, greetings: [] };
}

async function askWhatCanBePinned() {
  const answer = await ask(`${bridge}/integrity.json`);
  const { launcher, integrity } = await answer.json();
  pin = { launcher, hash: integrity[launcher] };
  printTags();
}

function printTags() {
  print("tag", tag("baton.js?site=shop"));
  print("pinned", pin ? tag(pin.launcher, ` integrity="${pin.hash}" crossorigin data-site="shop"`) : "");
}

function tag(file, pinned = "") {
  const more = Object.entries(attributes()).map(
    ([name, value]) => ` data-${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`,
  );
  return `<script async src="${bridge}/${file}"${pinned}${more.join("")}></script>`;
}

/** As it would be typed into `baton.config.ts`. */
function written(value) {
  return JSON.stringify(value, null, 2).replace(/^( *)"(\w+)":/gm, "$1$2:");
}

function print(id, text) {
  const place = document.getElementById(id);
  if (!place) return;
  place.textContent = text;
  place.closest("section").hidden = text === ""; // each stands in one
}
