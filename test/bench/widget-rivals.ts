import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How a widget is put on a page, and where one presses and writes. */
export interface Contestant {
  name: string;
  /** What its own guide says to paste. */
  tag: string;
  /** What opens it, in the page or in any open shadow root. */
  launcher: string;
}

/** A chat that anybody can put on a page from npm, answered by a stand-in for its back end. */
interface Rival extends Omit<Contestant, "tag"> {
  package: string;
  version: string;
  tag(files: string, backend: string): string;
  /** What its back end says, by the start of the path: as little as lets one type. */
  answers: Record<string, unknown>;
}

/** Each is put on a page as its own guide does, with its own defaults. */
export const rivals: Rival[] = [
  {
    name: "open-chat-studio",
    package: "open-chat-studio-widget",
    version: "0.6.0",
    launcher: "button",
    tag: (files, backend) =>
      `<script type="module" src="${files}/dist/open-chat-studio-widget/open-chat-studio-widget.esm.js"></script><open-chat-studio-widget chatbot-id="bot" api-base-url="${backend}" button-text="Chat"></open-chat-studio-widget>`,
    answers: { "/api/chat/start": { session_id: "s", chatbot: { name: "Bot" }, participant: { identifier: "p" } } },
  },
  {
    name: "elevenlabs",
    package: "@elevenlabs/convai-widget-embed",
    version: "0.5.4",
    launcher: "button",
    // The configuration stands in the tag, because the address it comes from otherwise cannot be changed. A picture instead of the
    // animated orb, which would be drawn by the processor here for want of a graphics card, and not by a visitor's.
    tag: (files) =>
      `<elevenlabs-convai agent-id="agent" override-config='${JSON.stringify({ variant: "compact", placement: "bottom-right", avatar: { type: "image", url: "data:," }, feedback_mode: "none", language: "en", supported_language_overrides: [], language_presets: {}, text_only: true, supports_text_only: true, text_input_enabled: true, transcript_enabled: true, terms_html: null, text_contents: {}, styles: {}, first_message: "Hello" })}'></elevenlabs-convai><script async src="${files}/dist/index.js"></script>`,
    answers: {},
  },
  {
    name: "typebot",
    package: "@typebot.io/js",
    version: "0.10.7",
    launcher: "[part=button]",
    tag: (files, backend) =>
      `<script type="module">import Typebot from "${files}/dist/web.js"; Typebot.initBubble({ typebot: "bot", apiHost: "${backend}" })</script>`,
    answers: {
      "/api/v1/typebots/bot/startChat": {
        sessionId: "s",
        resultId: "r",
        typebot: { id: "t", version: "6", theme: {}, settings: {} },
        messages: [{ id: "m", type: "text", content: { type: "richText", richText: [{ type: "p", children: [{ text: "Hello" }] }] } }],
        input: { id: "i", type: "text input", options: {} },
        clientSideActions: [],
      },
    },
  },
  {
    name: "flowise",
    package: "flowise-embed",
    version: "3.1.6",
    launcher: "[part=button]",
    tag: (files, backend) =>
      `<script type="module">import Chatbot from "${files}/dist/web.js"; Chatbot.init({ chatflowid: "flow", apiHost: "${backend}" })</script>`,
    answers: { "/api/v1/public-chatbotConfig": {}, "/api/v1/chatflows-streaming": { isStreaming: false } },
  },
  {
    name: "n8n",
    package: "@n8n/chat",
    version: "1.37.0",
    launcher: ".chat-window-toggle",
    tag: (files, backend) =>
      `<link href="${files}/dist/style.css" rel="stylesheet"><script type="module">import { createChat } from "${files}/dist/chat.bundle.es.js"; createChat({ webhookUrl: "${backend}/webhook" })</script>`,
    answers: { "/webhook": { data: [] } },
  },
];

/** The rivals' packages, each in a folder of its own, taken from the registry for this run only. They are unpacked and never installed: nothing of theirs runs but in the browser. */
export async function fetchRivals() {
  const folder = mkdtempSync(join(tmpdir(), "baton-rivals-"));
  await Promise.all(
    rivals.map(async ({ name, package: from, version }) => {
      const into = join(folder, name);
      mkdirSync(into);
      const { stdout } = await run("npm", ["pack", `${from}@${version}`, "--json", "--pack-destination", into]);
      const [packed] = JSON.parse(stdout) as { filename: string }[]; // npm's own form
      await run("tar", ["-xzf", join(into, packed?.filename ?? ""), "-C", into, "--strip-components=1"]);
    }),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
