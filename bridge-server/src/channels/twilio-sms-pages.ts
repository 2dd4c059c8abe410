import segmenter from "sms-segments-calculator";

/** Twilio takes no more in one message, whatever the alphabet. */
const MOST_CHARACTERS = 1_600;

/**
 * A text in messages of at most so many segments, parted after a paragraph, a line, a sentence or a word, in this order of preference.
 * A segment holds 160 characters of GSM-7 or 70 of UCS-2, and where there are several 153 or 67. Typographic signs become plain ones
 * where that alone makes a message GSM-7, which costs less than half.
 */
export function pagesOf(text: string, mostSegments: number): string[] {
  const pages: string[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const room = roomIn(rest, mostSegments);
    const end = room === rest.length ? room : pauseBefore(rest, room);
    pages.push(plainer(rest.slice(0, end).trimEnd()));
    rest = rest.slice(end).trimStart();
  }
  return pages;
}

/** The length of the longest beginning that fits. More characters never take fewer segments, so it can be halved down to. */
function roomIn(text: string, mostSegments: number): number {
  let fits = 1;
  let tooMuch = Math.min(text.length, MOST_CHARACTERS) + 1;
  while (tooMuch - fits > 1) {
    const middle = (fits + tooMuch) >> 1;
    if (segmentsOf(text.slice(0, middle)) <= mostSegments) fits = middle;
    else tooMuch = middle;
  }
  return fits;
}

/** A page that is half empty for the sake of its ending costs more than it reads better. */
function pauseBefore(text: string, room: number): number {
  const within = text.slice(0, room + 1); // a blank may stand just behind what fits
  for (const pause of [/\n\n/g, /\n/g, /[.!?…:;]\s/g, /\s/g]) {
    const last = [...within.matchAll(pause)].findLast(({ index }) => index >= room / 2);
    if (last) return Math.min(room, last.index + last[0].length);
  }
  const splitsCharacter = /[\uD800-\uDBFF]$/.test(text.slice(0, room)) && room > 1;
  return splitsCharacter ? room - 1 : room;
}

function segmentsOf(text: string): number {
  return new segmenter.SegmentedMessage(text, "auto", true).segmentsCount;
}

function plainer(text: string): string {
  const { encodingName, graphemes } = new segmenter.SegmentedMessage(text, "auto", true);
  return encodingName === "GSM-7" ? graphemes.join("") : text;
}
