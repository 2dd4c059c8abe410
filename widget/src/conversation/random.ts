const { crypto, btoa } = globalThis; // taken while this file loads: the page may replace its globals later

/** A UUID. Not `crypto.randomUUID`, which pages without TLS do not have. */
export function randomId(): string {
  const hex = Array.from(randomBytes(16), (byte) => (byte + 256).toString(16).slice(1)).join("");
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, "$1-$2-4$3-8$4-$5"); // version 4
}

/** 32 random bytes, base64url. */
export function randomKey(): string {
  return btoa(String.fromCharCode(...randomBytes(32)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .slice(0, 43);
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
