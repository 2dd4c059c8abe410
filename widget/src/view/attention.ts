import type { Shared } from "./props.ts";

const SEEN_ELSEWHERE_WITHIN_MS = 300; // by then another tab, which the visitor looks at, has said so

/** Tells of what is new while the visitor does not look: in the page's title while the tab is hidden, and by sound and notice where wished. */
export function drawAttention({ chat, say, habits, memory, clock, until }: Shared): void {
  recall();
  window.addEventListener("storage", recall, { signal: until }); // as the visitor wishes it in another tab
  habits.subscribe((now) => memory.write("habits", now || null));
  let told = chat.unread.value;
  let [title, ours] = ["", ""]; // the page's own, and what stands in its place

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) putBack();
  });
  chat.unread.subscribe((unread) => {
    if (unread > told) clock.after(SEEN_ELSEWHERE_WITHIN_MS, tell);
    else if (unread === 0) putBack();
    told = unread;
  });

  function recall(): void {
    habits.value = memory.read("habits") ?? "";
  }

  function tell(): void {
    const unread = chat.unread.value;
    if (unread === 0) return;
    if (habits.value.includes("sound")) chime();
    if (!document.hidden) return;
    if (document.title !== ours) title = document.title;
    document.title = `(${unread}) ${title}`;
    ours = document.title; // as the browser has tidied it
    if (habits.value.includes("notices")) notify();
  }

  function putBack(): void {
    if (ours && document.title === ours) document.title = title; // unless the page has changed it since
    ours = "";
  }

  function notify(): void {
    const line = chat.story.value.shown.findLast((item) => item.kind === "line");
    const who = line?.name ?? say(line?.by === "agent" ? "person" : "assistant");
    try {
      // Not what was said: others may see the screen.
      new Notification(say("newFrom", { who }), { tag: "baton" }).addEventListener("click", () => window.focus());
    } catch {
      // Chrome on Android has the class, and allows it to service workers only.
    }
  }
}

/** Two soft tones. Made, not loaded: a file would need a media policy on every page. */
function chime(): void {
  try {
    const audio = new AudioContext();
    for (const [at, hertz] of [660, 880].entries()) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const begins = audio.currentTime + at * 0.12;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.08, begins);
      volume.gain.exponentialRampToValueAtTime(0.001, begins + 0.25);
      tone.connect(volume).connect(audio.destination);
      tone.start(begins);
      tone.stop(begins + 0.25);
      if (at > 0) tone.addEventListener("ended", () => void audio.close());
    }
  } catch {
    // a browser without audio, or one that has used it up
  }
}
