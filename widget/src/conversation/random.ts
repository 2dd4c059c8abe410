const { crypto } = globalThis; // taken while this file loads: the page may replace its globals later

/** A UUID. Not `crypto.randomUUID`, which pages without TLS do not have. */
export function randomId(): string {
  return digits(32, 16).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, "$1-$2-4$3-8$4-$5"); // version 4
}

/** What nobody can guess: 215 random bits, in as many letters as 32 bytes have in base64url. */
export function randomKey(): string {
  return digits(43, 32);
}

/** `radix` is a power of 2, so that each is as likely as any other. */
function digits(count: number, radix: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => (byte % radix).toString(radix)).join("");
}
