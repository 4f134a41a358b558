import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * Passwords are kept as scrypt hashes that name their own parameters, `scrypt$N$r$p$salt$hash`, so that these can be raised
 * later. Cost: 32 MiB and about 0.1 s, what a sign-in may take.
 */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return [
    "scrypt",
    COST.N,
    COST.r,
    COST.p,
    salt.toString("base64url"),
    hash.toString("base64url"),
  ].join("$");
}

/**
 * Whether this is the password of the hash. Without a hash (no such user, no password) the answer is no, after the same
 * time, so that the time tells nobody who exists.
 */
export async function verifyPassword(
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> {
  const { cost, salt, hash } = passwordHash === undefined ? NOBODY : parseHash(passwordHash);
  const given = await derive(password, salt, cost);
  return timingSafeEqual(given, hash) && passwordHash !== undefined;
}

const NOBODY = { cost: COST, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };

function parseHash(text: string) {
  const [scheme, N, r, p, salt = "", hash = ""] = text.split("$");
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const bytes = Buffer.from(hash, "base64url");
  if (
    scheme !== "scrypt" ||
    bytes.length !== HASH_BYTES ||
    !Object.values(cost).every(Number.isSafeInteger)
  ) {
    throw new Error("a stored password hash cannot be read");
  }
  return { cost, salt: Buffer.from(salt, "base64url"), hash: bytes };
}

type Cost = Readonly<Record<keyof typeof COST, number>>;

function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // scrypt needs 128 * N * r bytes; Node's own limit is below that.
    scrypt(password, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
