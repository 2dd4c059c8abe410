import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import * as z from "zod";

const text = (longest: number) => z.string().trim().min(1, { error: "is empty: leave it out, or write a text" }).max(longest);
const Colour = z.string().regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, { error: "is not a colour: write one such as #2547d0" });
/** Line work of one stroke on a grid of 24 by 24, as in the `d` of an SVG path. Data only: nothing in it can be run or fetched. */
const Icon = z
  .string()
  .max(1_000)
  .regex(/^[Mm][MmZzLlHhVvCcSsQqTtAa0-9eE\s,.+-]*$/, {
    error: 'is not line work: write the d of an SVG path on a grid of 24, such as "M4 12h16"',
  });
const Page = z
  .string()
  .max(300)
  .regex(/^\/[^\s?#]*$/, { error: "is not a path: write one such as /help or /help/*" });
const Language = z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i, { error: "is not a language: write one such as en or pt-BR" });
const Picture = text(300);

/** What is said, and so differs from language to language. */
const texts = {
  /** Above the chat, instead of the site's title. */
  title: text(60).optional(),
  /** Before the first message. The assistant's own greeting follows. */
  welcome: text(300).optional(),
  /** At the head of the messages for as long as it is written here, such as that payments are down until noon. Markdown, so it can have links. */
  banner: text(300).optional(),
  /** What has to be said, such as that an assistant answers and that chats are kept. Markdown, so it can have links. */
  disclaimer: text(500).optional(),
  /** Beside the launcher's icon. */
  label: text(40).optional(),
  /** What the visitor can say with one press, while nothing has been said. */
  suggestions: z.array(text(80)).max(6).optional(),
};

const looks = {
  ...texts,
  /** Left out, the disclaimer stays at the head of the messages. */
  disclaimerUntil: z.literal("first_message").optional(),
  /** The launcher's, instead of the bubble. */
  icon: Icon.optional(),
  launcher: z.enum(["shown", "hidden"]).optional(),
  position: z.enum(["start", "end"]).optional(),
  theme: z.enum(["auto", "light", "dark"]).optional(),
  /** Of the launcher, buttons and the visitor's lines. What is written on it is black or white, whichever reads better. */
  accent: Colour.optional(),
  /** Files, from where the configuration is: PNG, JPEG, GIF or WebP, 2 MB at most. The bridge serves them. */
  header: Picture.optional(),
  avatars: z.strictObject({ assistant: Picture.optional(), agent: Picture.optional() }).optional(),
};

const Greeting = z.strictObject({
  /** Remembered in the visitor's browser: another name greets again. */
  name: z.string().regex(/^[\w-]{1,40}$/, { error: "is not a name: write letters, digits, - and _, such as prices" }),
  text: text(200),
  languages: z.record(Language, text(200)).default({}),
  /** Only there; everywhere if left out. */
  on: z.array(Page).min(1).optional(),
  /** Whichever comes first. */
  after: z
    .strictObject({
      seconds: z.number().min(1).max(3_600).optional(),
      /** How far down the page, in percent. */
      scrolled: z.number().min(1).max(100).optional(),
      /** When the pointer leaves the page by its top. */
      leaving: z.boolean().optional(),
    })
    .refine((after) => Object.keys(after).length > 0, { error: "says no moment: write seconds, scrolled or leaving" }),
  /** How often one browser is greeted so, at most. One that was dismissed does not come back before that, nor does any other for a day. */
  every: z.enum(["page", "visit", "day", "week", "month", "once"]).default("week"),
});

/** What a site's pages show, without anybody touching the pages. What a page's own tag says goes before it. */
export const LookSetting = z
  .strictObject({
    ...looks,
    /** Other words for visitors who read another language than the one above: `de` takes `de-CH` too. */
    languages: z.record(Language, z.strictObject(texts)).default({}),
    /** Other looks for some pages. Of several that fit, the last has the last word. */
    pages: z
      .array(z.strictObject({ on: z.array(Page).min(1), ...looks, languages: z.record(Language, z.strictObject(texts)).default({}) }))
      .default([]),
    /** Lines that come up beside the launcher. None unless written; none while the chat is open or under way, and never with a sound. */
    greetings: z.array(Greeting).max(20).default([]),
  })
  .prefault({});

export type LookConfig = z.output<typeof LookSetting>;

export interface PictureFile {
  type: string;
  bytes: Buffer;
}

const MAX_BYTES = 2_000_000;
const BEGINS: [hex: RegExp, type: string][] = [
  [/^89504e470d0a1a0a/, "image/png"],
  [/^ffd8ff/, "image/jpeg"],
  [/^474946383[79]61/, "image/gif"],
  [/^52494646.{8}57454250/, "image/webp"],
];

/** Reads every picture that a look names, and says what is wrong with those that cannot be served. Types are told by content. */
export function readPictures(look: LookConfig, at: string, folder: string): { pictures: Record<string, PictureFile>; mistakes: string[] } {
  const pictures: Record<string, PictureFile> = {};
  const mistakes: string[] = [];
  for (const [path, name] of picturesOf(look)) {
    try {
      const file = resolve(folder, name);
      if (statSync(file).size > MAX_BYTES) throw new Error("is larger than 2 MB: make it smaller");
      const bytes = readFileSync(file);
      const type = BEGINS.find(([hex]) => hex.test(bytes.toString("hex", 0, 16)))?.[1];
      if (!type) throw new Error("is no PNG, JPEG, GIF or WebP: convert it");
      pictures[name] = { type, bytes };
    } catch (error) {
      const isOurs = error instanceof Error && !("code" in error);
      mistakes.push(`${at}.${path}: ${isOurs ? error.message : "names a file that cannot be read: write where it is, from this file"}`);
    }
  }
  return { pictures, mistakes };
}

function picturesOf(look: LookConfig): [path: string, name: string][] {
  const places: [string, Pick<LookConfig, "header" | "avatars">][] = [
    ["", look],
    ...look.pages.map((page, number): [string, typeof page] => [`pages[${number}].`, page]),
  ];
  return places.flatMap(([at, { header, avatars }]) =>
    [
      [`${at}header`, header],
      [`${at}avatars.assistant`, avatars?.assistant],
      [`${at}avatars.agent`, avatars?.agent],
    ].filter((found): found is [string, string] => found[1] !== undefined),
  );
}
