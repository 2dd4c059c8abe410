import { describe, expect, test } from "vitest";
import { isOpen, type Day, type Hours, type Span } from "./hours.ts";

const closed: Record<Day, Span[]> = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };

/** 9.5 is half past nine. */
const span = (from: number, until: number): Span => ({ from: from * 60, until: until * 60 });

function hours(timeZone: string, week: Partial<Record<Day, Span[]>>, holidays: string[] = []): Hours {
  return { timeZone, week: { ...closed, ...week }, holidays };
}

const openAt = (when: Hours, iso: string) => isOpen(when, new Date(iso));

describe("an ordinary day", () => {
  const office = hours("Europe/London", { mon: [span(9, 12), span(13, 17.5)], tue: [span(0, 24)] });

  test.each([
    ["2026-11-23T08:59:59Z", false],
    ["2026-11-23T09:00:00Z", true],
    ["2026-11-23T12:00:00Z", false],
    ["2026-11-23T13:00:00Z", true],
    ["2026-11-23T17:29:59Z", true],
    ["2026-11-23T17:30:00Z", false],
    ["2026-11-24T00:00:00Z", true],
    ["2026-11-24T23:59:59Z", true],
    ["2026-11-25T00:00:00Z", false],
  ])("at %s open is %s: the first minute counts, the last does not", (at, expected) => {
    expect(openAt(office, at)).toBe(expected);
  });
});

describe("a span is meant by the clock on the wall", () => {
  test.each([
    ["Europe/London", "2026-03-27T09:00:00Z", true], // Friday before the clocks go forward
    ["Europe/London", "2026-03-27T08:30:00Z", false],
    ["Europe/London", "2026-03-30T08:00:00Z", true], // Monday after
    ["Europe/London", "2026-03-30T07:59:00Z", false],
    ["America/New_York", "2026-10-30T13:00:00Z", true], // Friday before they go back
    ["America/New_York", "2026-11-02T13:00:00Z", false], // Monday after: 8 there
    ["America/New_York", "2026-11-02T14:00:00Z", true],
    ["Asia/Kolkata", "2026-11-23T03:29:00Z", false],
    ["Asia/Kolkata", "2026-11-23T03:30:00Z", true],
    ["Pacific/Chatham", "2026-04-02T19:15:00Z", true], // Friday 3 April, 9:00 at +13:45
    ["Pacific/Chatham", "2026-04-05T19:15:00Z", false], // Monday 6 April, after the change: 8:00 at +12:45
    ["Pacific/Chatham", "2026-04-05T20:15:00Z", true],
  ])("in %s at %s open is %s", (timeZone, at, expected) => {
    expect(openAt(hours(timeZone, { mon: [span(9, 17)], fri: [span(9, 17)] }), at)).toBe(expected);
  });

  test("the hour that comes twice is open both times, the hour that never comes harms nobody", () => {
    const night = hours("Europe/London", { sun: [span(1, 2)] });
    expect(openAt(night, "2026-10-25T00:30:00Z")).toBe(true); // 1:30, summer time
    expect(openAt(night, "2026-10-25T01:30:00Z")).toBe(true); // 1:30 again
    expect(openAt(night, "2026-10-25T02:00:00Z")).toBe(false);
    expect(openAt(night, "2026-03-29T00:59:59Z")).toBe(false);
    expect(openAt(night, "2026-03-29T01:00:00Z")).toBe(false); // the clock shows 2:00
  });
});

describe("a shift over midnight", () => {
  const night = hours("America/New_York", { fri: [span(22, 6)] });

  test.each([
    ["2026-11-21T02:59:00Z", false], // Friday 21:59
    ["2026-11-21T03:00:00Z", true],
    ["2026-11-21T05:00:00Z", true], // Saturday 0:00
    ["2026-11-21T10:59:00Z", true],
    ["2026-11-21T11:00:00Z", false], // Saturday 6:00
    ["2026-11-20T06:00:00Z", false], // Friday 1:00 belongs to Thursday's night
  ])("at %s open is %s", (at, expected) => {
    expect(openAt(night, at)).toBe(expected);
  });

  test("lasts until its hour on the night the clocks change", () => {
    const saturday = hours("America/New_York", { sat: [span(22, 6)] });
    expect(openAt(saturday, "2026-11-01T10:59:00Z")).toBe(true); // Sunday 5:59 winter time, nine hours after ten
    expect(openAt(saturday, "2026-11-01T11:00:00Z")).toBe(false);
    expect(openAt(saturday, "2026-03-08T09:59:00Z")).toBe(true); // Sunday 5:59 summer time, seven hours after ten
    expect(openAt(saturday, "2026-03-08T10:00:00Z")).toBe(false);
  });
});

describe("a holiday", () => {
  const always = { mon: [span(0, 24)], tue: [span(0, 24)], wed: [span(0, 24)], thu: [span(0, 24)], fri: [span(0, 24)] };

  test("is closed from midnight to midnight of the place, not of the server", () => {
    const chatham = hours("Pacific/Chatham", always, ["2026-12-25"]);
    expect(openAt(chatham, "2026-12-24T10:14:59Z")).toBe(true); // the 24th, 23:59 at +13:45
    expect(openAt(chatham, "2026-12-24T10:15:00Z")).toBe(false);
    expect(openAt(chatham, "2026-12-25T10:14:59Z")).toBe(false);
  });

  test("ends the shift of the night before, and its own night shift does not take place", () => {
    const nights = hours("Europe/London", { thu: [span(22, 6)], fri: [span(22, 6)] }, ["2026-12-25"]);
    expect(openAt(nights, "2026-12-24T23:30:00Z")).toBe(true);
    expect(openAt(nights, "2026-12-25T02:00:00Z")).toBe(false);
    expect(openAt(nights, "2026-12-25T23:00:00Z")).toBe(false);
    expect(openAt(nights, "2026-12-26T02:00:00Z")).toBe(false);
  });
});
