/** An address as 16-bit groups: two of IPv4, eight of IPv6. */
export type IpAddress = readonly number[];

/** A CIDR range. */
export interface IpRange {
  readonly groups: IpAddress;
  /** Length of the prefix. The other bits, the host's, are ignored. */
  readonly bits: number;
}

/**
 * Parses an IPv4 or IPv6 address. An IPv4-mapped address (`::ffff:192.0.2.1`) becomes the IPv4
 * address.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const groups = parseGroups(text);
  return groups !== undefined && isMapped(groups) ? groups.slice(6) : groups;
}

/** Parses a CIDR range, or an address as the range of one host. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf("/");
  const groups = parseGroups(slash < 0 ? text : text.slice(0, slash));
  if (groups === undefined) return undefined;
  const most = groups.length * 16;
  const length = slash < 0 ? `${most}` : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length)) return undefined;
  const bits = Number(length);
  if (bits > most) return undefined;
  return isMapped(groups) && bits >= 96
    ? { groups: groups.slice(6), bits: bits - 96 }
    : { groups, bits };
}

/** Whether a range contains an address. */
export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.length !== range.groups.length) return false;
  let left = range.bits;
  for (let i = 0; left > 0; i++, left -= 16) {
    // Shifts by at most 16 bits: a shift by 32 does nothing in JavaScript, so 0.0.0.0/0 would match
    // nothing.
    const ignored = left >= 16 ? 0 : 16 - left;
    if (address[i]! >> ignored !== range.groups[i]! >> ignored) return false;
  }
  return true;
}

function isMapped(groups: IpAddress): boolean {
  return (
    groups.length === 8 && groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
  );
}

function parseGroups(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined;
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): IpAddress | undefined {
  let high = 0;
  let dots = 0;
  let byte = -1;
  let low = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit === DOT) {
      if (byte < 0 || ++dots > 3) return undefined;
      if (dots === 2) high = low * 256 + byte;
      low = byte;
      byte = -1;
    } else {
      // No leading zeros: some parsers read them as octal, so that one text would be two addresses.
      if (digit < 0 || digit > 9 || byte === 0) return undefined;
      byte = byte < 0 ? digit : byte * 10 + digit;
      if (byte > 255) return undefined;
    }
  }
  return dots === 3 && byte >= 0 ? [high, low * 256 + byte] : undefined;
}

const ZERO = 48;
const DOT = 46 - ZERO;

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(parseIpv6Part);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined) return undefined;
  const gap = 8 - head.length - tail.length;
  // An IPv4 address is allowed at the very end only.
  if (gap < 1 || halves[0]!.includes(".")) return undefined;
  return [...head, ...new Array<number>(gap).fill(0), ...tail];
}

function parseIpv6Part(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const ipv4 = index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (ipv4 === undefined) return undefined;
      groups.push(...ipv4);
    }
  }
  return groups;
}
