import { randomBytes } from "node:crypto";

/**
 * The prefix of an access key id: `AKIA` for long-term keys, `ASIA` for temporary ones. An id
 * encodes its account, as AWS's do: 4 letters, then 16 base32 letters of 80 bits: one set bit, 40
 * bits of account id, 27 random bits and 12 bits of checksum.
 */
export type AccessKeyPrefix = "AKIA" | "ASIA";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A new access key id that encodes the account. */
export function makeAccessKeyId(prefix: AccessKeyPrefix, account: string): string {
  const random = BigInt(randomBytes(4).readUInt32BE() & 0x7ffffff);
  const head = (1n << 67n) | (BigInt(account) << 27n) | random;
  return prefix + base32((head << 12n) | checksum(head));
}

/**
 * The account that an access key id encodes. Undefined if the id was not made here: its checksum is
 * wrong.
 */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (const letter of accessKeyId.slice(4)) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(letter));
  const head = bits >> 12n;
  if (head >> 67n !== 1n || checksum(head) !== (bits & 0xfffn)) return undefined;
  const account = ((head >> 27n) & 0xff_ffff_ffffn).toString().padStart(12, "0");
  return account.length === 12 ? account : undefined;
}

const UNIQUE_ID_PREFIXES = {
  user: "AIDA",
  role: "AROA",
  group: "AGPA",
  policy: "ANPA",
  instanceProfile: "AIPA",
  serverCertificate: "ASCA",
  sshPublicKey: "APKA",
  serviceSpecificCredential: "ACCA",
} as const;

/**
 * A new unique id in AWS's format: the kind's prefix and 17 random base32 letters (IAM
 * UG/reference_identifiers).
 */
export function makeUniqueId(kind: keyof typeof UNIQUE_ID_PREFIXES): string {
  let id: string = UNIQUE_ID_PREFIXES[kind];
  for (const byte of randomBytes(17)) id += ALPHABET[byte & 31];
  return id;
}

// A multiplicative hash. It detects ids of other systems; it does not prevent forgery.
function checksum(head: bigint): bigint {
  const mixed = (head * 0x9e3779b97f4a7c15f39cc0605cedc835n) & ((1n << 128n) - 1n);
  return (mixed >> 100n) & 0xfffn;
}

function base32(bits: bigint): string {
  let text = "";
  for (let shift = 75n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((bits >> shift) & 31n)];
  return text;
}
