import type { Template } from "./template.ts";

/**
 * What is said before the panel is there, beside `openChat`: by the launcher, which has the English, and by what stands beside it. Other
 * languages come with the look, from the bridge, which has them from the build.
 */
export const launcherEnglish = {
  launcherNotLoaded: "Open chat: not loaded, try again",
  greetingDismiss: "Dismiss",
} satisfies Record<string, Template>;
