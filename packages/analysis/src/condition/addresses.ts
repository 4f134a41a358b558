import { type IpRange, parseIpRange } from "@portcullis/policy";
import type { Candidates } from "./candidates.ts";

/**
 * Addresses that lie in each combination of wanted ranges that any address lies in.
 *
 * Ranges lie within each other or apart, so each set of addresses that they cut out begins where a
 * range begins or behind one's end.
 */
export function addressCandidates(wanted: readonly string[]): Candidates {
  // The last is the first IPv6 address behind those that stand for IPv4 addresses.
  const values = ["203.0.113.7", "2001:db8::7", "0.0.0.0", "::", "0:0:0:0:1:0:0:0"];
  for (const text of wanted) {
    const range = parseIpRange(text);
    if (range === undefined) continue;
    const first = firstAddress(range);
    const behind = addressBehind(range, first);
    values.push(addressText(first));
    if (behind !== undefined) values.push(addressText(behind));
  }
  return { values, complete: true };
}

/** The first address of a range, in groups of 16 bits. */
export function firstAddress({ groups, bits }: IpRange): readonly number[] {
  return groups.map((group, at) => group & ~hostMask(bits, at));
}

/** Of a group of 16 bits, those that the range leaves open. */
function hostMask(bits: number, at: number): number {
  const fixed = Math.min(16, Math.max(0, bits - at * 16));
  return (1 << (16 - fixed)) - 1;
}

function addressBehind({ bits }: IpRange, first: readonly number[]): readonly number[] | undefined {
  const groups = first.map((group, at) => group | hostMask(bits, at));
  for (let at = groups.length - 1; at >= 0; at--) {
    if (groups[at]! < 0xffff) {
      groups[at]!++;
      return groups;
    }
    groups[at] = 0;
  }
  return undefined;
}

/** An address of groups of 16 bits as it is written: two are IPv4, eight IPv6. */
export function addressText(groups: readonly number[]): string {
  if (groups.length === 8) return groups.map((group) => group.toString(16)).join(":");
  return groups.flatMap((group) => [group >> 8, group & 255]).join(".");
}
