import { signal } from "@preact/signals";

/** The time, once a second; whoever reads it is drawn again. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1_000);

/** `0:42`, `12:05`, `1:03:20`. */
export function elapsed(since: string): string {
  const seconds = Math.max(0, Math.floor((now.value - Date.parse(since)) / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The hour as this browser writes it; nothing for what is no time. */
export function timeOf(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
