import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { launcherEnglish } from "../../widget/src/words/english-launcher.ts";
import { listsFromSource, listsOf, parts, spokenFromSource } from "../../widget/src/words/from-source.ts";
import { createLanguage } from "../../widget/src/words/language.ts";
import { languages } from "../../widget/src/words/languages.ts";
import type { Template } from "../../widget/src/words/template.ts";
import type { Translation } from "../../widget/src/words/translation.ts";

const english: Record<string, Template> = Object.assign({}, ...parts, launcherEnglish);
const folder = new URL("../../widget/src/", import.meta.url).pathname;

async function translation(code: string): Promise<Record<string, Template>> {
  return ((await import(`../../widget/src/words/languages/${code}.ts`)) as Record<string, Translation>)[code]!; // each exports itself under its name
}

/** The forms that numbers of things can take in this language. */
function formsOf(code: string): string[] {
  const plurals = new Intl.PluralRules(code);
  return [...new Set(Array.from({ length: 200 }, (_, count) => plurals.select(count)))].toSorted();
}

function placeholdersIn(template: Template): string[] {
  const sentences = typeof template === "string" ? [template] : Object.values(template);
  return [...new Set(sentences.join().match(/\{\w+\}/g))].toSorted();
}

test("twelve languages and more, two of which run from right to left", () => {
  const files = globSync("??.ts", { cwd: `${folder}words/languages` });
  expect(files.map((name) => name.slice(0, 2)).toSorted()).toEqual(languages);
  expect(languages.length).toBeGreaterThanOrEqual(12);
  expect(languages).toEqual(expect.arrayContaining(["ar", "he", "de", "fi"]));
});

test.each(["en", ...languages])("%s has every sentence, with the same placeholders and each form that its numbers take", async (code) => {
  const own = code === "en" ? english : await translation(code);
  expect(Object.keys(own).toSorted()).toEqual(Object.keys(english).toSorted());
  for (const [name, template] of Object.entries(own)) {
    const allowed = placeholdersIn(english[name]!);
    const isCounted = typeof english[name] === "object";
    // A form may say its number in words, as "one" often does; no other placeholder may be missing.
    expect(
      [...allowed.filter((it) => it === "{count}"), ...placeholdersIn(template).filter((it) => it !== "{count}")].toSorted(),
      name,
    ).toEqual(allowed);
    expect(
      placeholdersIn(template).every((it) => allowed.includes(it)),
      name,
    ).toBe(true);
    expect(
      [template].flatMap((one) => (typeof one === "string" ? [one] : Object.values(one))).filter((sentence) => !sentence.trim()),
      name,
    ).toEqual([]);
    if (typeof template === "object") expect([name, ...Object.keys(template)]).toEqual(expect.arrayContaining([...formsOf(code), "other"]));
    else if (isCounted) expect(formsOf(code), `${name} has one form`).toEqual(["other"]);
  }
});

test.each(languages)("%s is translated: hardly a sentence is the English one", async (code) => {
  const same = Object.entries(await translation(code)).filter(
    ([name, template]) => template === english[name] && String(template).includes(" "),
  );
  expect(same).toEqual([]);
});

test("every sentence is said somewhere", () => {
  const code = sources()
    .map(({ text }) => text)
    .join();
  const byTheBridge = Object.keys(launcherEnglish);
  expect(
    Object.keys(english)
      .filter((name) => !byTheBridge.includes(name))
      .filter((name) => !code.includes(`"${name}"`) && !code.includes(` ${name}:`)),
  ).toEqual([]);
});

test("no sentence of the visitor stands outside of the languages", () => {
  const patterns = [
    /"([A-Z][a-z]+ [^"]*)"/g,
    /(?<!=)>\s*([A-Za-z][a-z]{2,}[^<>{}=;()\\]*)</g,
    /(?:aria-label|placeholder|title|alt)="([^"]+)"/g,
  ];
  const found = sources().flatMap(({ path, text }) =>
    patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, words]) => `${path}: ${words}`)),
  );
  // The launcher speaks before any language can be there, and is told its name again by the panel.
  expect(found.filter((one) => !/^(launcher|bubble)\.ts/.test(one))).toEqual([]);
});

test("a language is shipped without the names of its sentences, and says the same", async () => {
  const language = createLanguage(listsFromSource);
  for (const [at, part] of parts.entries()) language.learn(at, part);
  await language.speak("sv", "de-CH");
  expect([language.locale.value, language.isFromRight.value]).toEqual(["de-CH", false]);
  expect(language.say("startNew")).toBe("Neuen Chat beginnen");
  expect(language.say("newMessages", { count: 1 })).toBe("1 neue Nachricht");
  expect(language.say("newMessages", { count: 1234 }).replace("’", "'")).toBe("1'234 neue Nachrichten");
  expect(JSON.stringify(listsOf((await translation("de")) as Translation))).not.toContain("startNew");
});

test("the launcher has its English built in as the translators have it, and the bridge is told it in every language", async () => {
  const { names, launcher } = await spokenFromSource();
  expect(names.toSorted()).toEqual(Object.keys(english).toSorted());
  expect(Object.keys(launcher)).toEqual(["en", ...languages]);
  const { openChat, launcherNotLoaded, greetingDismiss } = launcher["en"]!; // it was just seen
  const says = [openChat, launcherNotLoaded].map((sentence) => JSON.stringify(sentence)).join(", ");
  expect(readFileSync(`${folder}launcher.ts`, "utf8")).toContain(`says: [${says}]`);
  expect(readFileSync(`${folder}bubble.ts`, "utf8")).toContain(`?? ${JSON.stringify(greetingDismiss)}`);
  expect(launcher["he"]?.openChat).toBe((await translation("he"))["openChat"]);
});

test("numbers take the forms of their language", async () => {
  const language = createLanguage(listsFromSource);
  for (const [at, part] of parts.entries()) language.learn(at, part);
  await language.speak("pl");
  expect([1, 3, 5, 22].map((count) => language.say("newMessages", { count }))).toEqual([
    "1 nowa wiadomość",
    "3 nowe wiadomości",
    "5 nowych wiadomości",
    "22 nowe wiadomości",
  ]);
  await language.speak("ar");
  expect([1, 2].map((count) => language.say("newMessages", { count }))).toEqual(["رسالة جديدة", "رسالتان جديدتان"]);
});

test("a name that runs the other way is isolated from its sentence (T4)", async () => {
  const language = createLanguage(listsFromSource);
  language.learn(1, parts[1]!);
  expect(language.say("joined", { name: "Sam" })).toBe("Sam joined the chat");
  expect(language.say("joined", { name: "מאיה" })).toBe("\u2068מאיה\u2069 joined the chat");
  await language.speak("he");
  expect(language.say("joined", { name: "Sam" })).toContain("\u2068Sam\u2069");
});

test("a language that cannot be had leaves the present one, and can be asked for again", async () => {
  let isAway = true;
  const language = createLanguage((code) => (isAway ? Promise.reject(new TypeError("offline")) : listsFromSource(code)));
  await language.speak("fr");
  expect([language.locale.value, language.say("send")]).toEqual(["en", "Send"]);
  isAway = false;
  await language.speak("fr");
  expect([language.locale.value, language.say("send")]).toEqual(["fr", "Envoyer"]);
});

test("a site's own sentences stand in the place of ours, in one language or in all", async () => {
  const language = createLanguage(listsFromSource);
  language.putInPlace({ "*": { title: "Acme" }, de: { send: "Los!" }, "de-AT": { placeholder: "Servus…" } });
  expect([language.say("title"), language.say("send")]).toEqual(["Acme", "Send"]);
  await language.speak("de-AT");
  expect([language.say("title"), language.say("send"), language.say("placeholder")]).toEqual(["Acme", "Los!", "Servus…"]);
});

function sources(): { path: string; text: string }[] {
  return globSync("**/*.{ts,tsx}", { cwd: folder })
    .filter((path) => !path.startsWith("words/") && !/\.test\.|rehearsal|test-/.test(path))
    .map((path) => ({ path, text: readFileSync(`${folder}${path}`, "utf8").replace(/\/\*[^]*?\*\/|\/\/.*/g, "") }));
}
