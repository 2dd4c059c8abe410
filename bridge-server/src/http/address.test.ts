import { expect, test } from "vitest";
import { addressOf } from "./address.ts";

test.for([
  ["203.0.113.7", undefined, 0, "203.0.113.7"],
  ["203.0.113.7", "1.1.1.1", 0, "203.0.113.7"],
  ["203.0.113.7", "1.1.1.1", 1, "1.1.1.1"],
  ["203.0.113.7", "forged, 1.1.1.1", 1, "1.1.1.1"],
  ["203.0.113.7", "forged, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"],
  ["203.0.113.7", "1.1.1.1", 2, "203.0.113.7"],
  ["203.0.113.7", "", 1, "203.0.113.7"],
  ["203.0.113.7", " , ,", 1, "203.0.113.7"],
  ["::ffff:203.0.113.7", undefined, 0, "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", undefined, 0, "2001:db8:1:2::/64"],
  ["2001:DB8:0001:0002::9", undefined, 0, "2001:db8:1:2::/64"],
  ["2001:db8::1", undefined, 0, "2001:db8:0:0::/64"],
  ["fe80::1%eth0", undefined, 0, "fe80:0:0:0::/64"],
  ["::1", undefined, 0, "0:0:0:0::/64"],
  [undefined, undefined, 0, "unknown"],
] as const)("T28 %s, forwarded for %s, behind %d proxies of ours, is %s", ([socket, forwarded, proxies, expected]) => {
  expect(addressOf(socket, forwarded, proxies)).toBe(expected);
});
