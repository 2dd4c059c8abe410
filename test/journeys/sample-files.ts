import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

/** A picture that a browser can draw: stripes, or noise, which no compression makes small: about three bytes for each pixel. */
export function picture(name: string, width: number, height: number, of: "stripes" | "noise" = "stripes") {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  let state = 1;
  for (let at = 0; at < rows.length; at += 1) {
    const [x, y] = [at % (width * 3 + 1), Math.floor(at / (width * 3 + 1))];
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    if (x > 0) rows[at] = of === "noise" ? state >> 16 : [214, 140 + ((x + y) % 64), 90][x % 3]!; // the first of a row names its filter: none
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // eight bits, red, green and blue
  const parts = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: of === "noise" ? 0 : 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return { name, mimeType: "image/png", buffer: Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts]) };
}

/** A document with a page that says nothing. */
export function document(name: string) {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
  ];
  const body = objects.map((object, at) => `${at + 1} 0 obj${object}endobj\n`).join("");
  return { name, mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.7\n${body}trailer<</Root 1 0 R>>\n%%EOF\n`) };
}

/** What calls itself a picture and is none. */
export function impostor(name: string) {
  return { name, mimeType: "image/png", buffer: Buffer.from("MZ\x90\x00\x03\x00", "latin1") };
}

/** As the system gives files to a page, which no test can make it do. What became of it: whether the page's own way with it was kept from happening. */
export function give(page: Page, how: "paste" | "dragover" | "drop", ...beside: string[]): Promise<string> {
  const { buffer } = picture(how === "paste" ? "pasted.png" : "dropped.png", 60, 40);
  return page.locator("baton-chat textarea").evaluate(
    (field, { how, base64, beside }) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], how === "paste" ? "pasted.png" : "dropped.png", { type: "image/png" }));
      for (const type of beside) data.items.add("words", type);
      const options = { bubbles: true, cancelable: true, composed: true };
      const event = how === "paste" ? new ClipboardEvent("paste", options) : new DragEvent(how, { ...options, dataTransfer: data });
      if (how === "paste") Object.defineProperty(event, "clipboardData", { value: data }); // Firefox makes one of its own, which takes no files
      return field.dispatchEvent(event) ? "left to the field" : "taken";
    },
    { how, base64: buffer.toString("base64"), beside },
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(4);
  const check = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([frame, named, check]);
}
