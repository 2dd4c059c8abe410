import type { PolyaiSettings } from "./polyai-settings.ts";

/** Where people look at an agent's conversations, by the region that its keys belong to. */
const studios = {
  "us-1": "https://studio.us.poly.ai",
  "uk-1": "https://studio.uk.poly.ai",
  "euw-1": "https://studio.eu.poly.ai",
  studio: "https://studio.poly.ai",
};

/** The page of a conversation in Agent Studio, as PolyAI's own command line builds it (E7); `null` where no region says which Studio it is. */
export function studioPage(
  { region, account, project }: Pick<PolyaiSettings, "region" | "account" | "project">,
  chat: string,
): string | null {
  if (region === undefined) return null;
  return `${studios[region]}/${[account, project].map(encodeURIComponent).join("/")}/conversations/${encodeURIComponent(chat)}`;
}
