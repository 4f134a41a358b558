import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/**
 * The cost of a new scrypt hash: 32 MiB and about 0.1 s. A hash has the form
 * `scrypt$N$r$p$salt$hash`. It contains its parameters, so the cost can be raised later.
 */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes a password with scrypt and a new salt. */
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
 * Whether the password has this hash. Without a hash (no such user, no password) the result is
 * false after the same time, so that the time does not reveal which users exist.
 */
export async function verifyPassword(
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> {
  const { cost, salt, hash } = passwordHash === undefined ? DUMMY_HASH : parseHash(passwordHash);
  const given = await derive(password, salt, cost);
  return timingSafeEqual(given, hash) && passwordHash !== undefined;
}

/** Compared with if there is no hash. */
const DUMMY_HASH = { cost: COST, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };

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
