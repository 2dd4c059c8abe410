import { isIPv6 } from "node:net";

/**
 * Whom to hold to the limits per address: an IPv4 address or an IPv6 /64.
 * So many entries of `X-Forwarded-For` are believed as there are proxies of our own, counted from the right (T28).
 */
export function addressOf(socketAddress: string | undefined, forwardedFor: string | undefined, trustedProxies: number): string {
  const chain = (forwardedFor ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  const address = trustedProxies === 0 ? socketAddress : (chain.at(-trustedProxies) ?? socketAddress);
  return networkOf(address ?? "unknown");
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.toLowerCase().split("%")[0]!.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return `${[...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
