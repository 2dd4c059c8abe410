import { expect, test } from "vitest";
import { HoursSetting } from "./config-hours.ts";

const week = { tue: ["09:00-12:00", "12:00-17:00"], fri: ["22:00-06:00"], sat: ["06:00-24:00"] };

test("spans become minutes of the day, and days that are left out are closed", () => {
  expect(HoursSetting.parse({ timeZone: "Europe/London", week })).toEqual({
    timeZone: "Europe/London",
    week: {
      mon: [],
      tue: [
        { from: 540, until: 720 },
        { from: 720, until: 1_020 },
      ],
      wed: [],
      thu: [],
      fri: [{ from: 1_320, until: 360 }],
      sat: [{ from: 360, until: 1_440 }],
      sun: [],
    },
    holidays: [],
  });
});

test.each<[string, object, string]>([
  ["a time zone nobody keeps", { timeZone: "Mars/One" }, "timeZone: is not a time zone: write one such as Europe/London"],
  ["a time that does not exist", { week: { mon: ["9-5"] } }, 'week.mon.0: is not a span: write one such as "09:00-17:30"'],
  ["a span of nothing", { week: { mon: ["09:00-09:00"] } }, 'week.mon.0: ends when it begins: write "00:00-24:00" for a whole day'],
  ["two spans at once", { week: { mon: ["13:00-18:00", "09:00-13:01"] } }, "week.mon.0: overlaps with mon[1]: write one span for both"],
  [
    "a night that meets the next morning",
    { week: { sun: ["22:00-06:00"], mon: ["05:00-09:00"] } },
    "week.mon.0: overlaps with sun[0]: write one span for both",
  ],
  ["a week without hours", { week: {} }, 'week: is never open: write a span such as mon: ["09:00-17:30"]'],
  ["a date that does not exist", { holidays: ["2026-02-30"] }, "holidays.0: is not a date: write one such as 2026-12-25"],
])("%s is told", (_, more, line) => {
  const { error } = HoursSetting.safeParse({ timeZone: "Europe/London", week, ...more });
  expect(error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([line]);
});
