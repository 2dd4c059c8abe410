import { now } from "./clock.ts";

/** How long ago something was, counting on: `0:42`, `12:05`, `1:03:20`. */
export function elapsed(since: string): string {
  return clockOf(Math.max(0, now.value - Date.parse(since)));
}

/** `0:42`, `12:05`, `1:03:20`. */
export function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How long something took, in words: `0.4 s`, `12 s`, `3 min`, `2 h 5 min`, `4 days`. */
export function spanOf(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1).replace(".0", "")} s`;
  if (ms < 100_000) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return [`${Math.floor(minutes / 60)} h`, minutes % 60 > 0 && `${minutes % 60} min`].filter(Boolean).join(" ");
  return `${Math.round(minutes / 1_440)} days`;
}

/** The hour as this browser writes it; nothing for what is no time. */
export function timeOf(iso: string): string {
  return written(iso, { hour: "2-digit", minute: "2-digit" });
}

/** The hour, to the second. */
export function secondOf(iso: string): string {
  return written(iso, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** The hour, and the day unless it is today. */
export function momentOf(iso: string): string {
  const isToday = new Date(iso).toDateString() === new Date(now.value).toDateString();
  return isToday ? timeOf(iso) : written(iso, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** The beginning of the day that this time is in, where the browser is. */
export function midnightBefore(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

function written(iso: string, format: Intl.DateTimeFormatOptions): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleString([], format);
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
