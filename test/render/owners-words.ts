import type { Look, Site } from "@baton/bridge-server/protocol";

/** Everywhere that a site's owner puts words of their own, and each with one of these. */
export function ownersWords(texts: string[]) {
  const word = (at: number, longest: number): string => texts[at % texts.length]!.slice(0, longest); // there is one at least
  const look: Look = {
    title: word(0, 60),
    welcome: word(1, 300),
    banner: word(14, 300),
    disclaimer: word(2, 500),
    label: word(3, 40),
    suggestions: [word(4, 80), word(5, 80)],
    says: [word(6, 100), word(7, 100), word(8, 100)],
    greetings: [{ name: "hello", text: word(9, 200), languages: {}, after: { seconds: 0.2 }, every: "page" }],
    avatars: {},
    languages: { en: { welcome: word(10, 300) } },
    pages: [],
  };
  const site: Site = {
    title: word(11, 200),
    mayAskForPerson: true,
    mailsTranscript: true,
    privacy: word(12, 300),
    terms: `javascript:${word(13, 300)}`,
    words: {
      "*": {
        placeholder: word(14, 500),
        talkToPerson: word(15, 500),
        assistant: word(16, 500),
        person: word(17, 500),
        joined: `${word(18, 400)}{name}`,
        passedTo: `{name}${word(19, 400)}`,
        privacy: word(0, 500),
      },
    },
    images: [word(1, 100)],
    files: null,
  };
  return { look, site, consent: word(2, 2_000) };
}

/** What the page's own style sheet may say of the chat. Nothing of it may fetch, hide the chat, or get at anything else of the page. */
export const hostileProperties: Record<string, string> = {
  "--baton-accent": "url(https://evil.example/accent.png)",
  "--baton-surface": "red; } * { display: none !important",
  "--baton-font": "url(https://evil.example/font), expression(alert(1))",
  "--baton-width": "calc(1px / 0)",
  "--baton-height": "</style><img src=x onerror=window.pwned=1>",
  "--baton-radius": "var(--baton-radius)",
  "--baton-side": "image-set(url(https://evil.example/side.png) 1x)",
  "--baton-z": "-1e99",
};
