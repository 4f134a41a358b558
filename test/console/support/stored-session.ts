import type { TestInstallation } from "../../support/harness.ts";

export interface Person {
  readonly kind: "user" | "root";
  readonly name: string;
  readonly password: string;
}

/** Sessions as the console's sign-in page stores them, of people whose sign-in is not the subject. */
export interface StoredSessions {
  of(person: Person): Promise<string>;
  /** For a person who is made again under the same name. */
  forget(name: string): void;
}

const REUSED_MILLISECONDS = 30 * 60_000;

/**
 * Signs each person in once: hashing a password takes a tenth of a second of processor time. When a
 * test sets the clock, everybody signs in again.
 */
export function storedSessions(installation: TestInstallation): StoredSessions {
  const made = new Map<string, { readonly at: number; readonly session: Promise<string> }>();
  return {
    of(person) {
      const known = made.get(person.name);
      const now = Date.now();
      if (known !== undefined && now >= known.at && now < known.at + REUSED_MILLISECONDS)
        return known.session;
      const session = signIn(installation, person);
      made.set(person.name, { at: now, session });
      return session;
    },
    forget: (name) => made.delete(name),
  };
}

async function signIn(
  { local, account }: TestInstallation,
  { kind, name, password }: Person,
): Promise<string> {
  const response = await fetch(`${local.controlUrl}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ account, [kind === "root" ? "email" : "userName"]: name, password }),
  });
  if (!response.ok) throw new Error(`signing in as ${name} was answered ${response.status}`);
  const { credentials } = (await response.json()) as { credentials: Record<string, string> };
  return JSON.stringify({
    identity: { kind, name, account, accountId: account },
    credentials: {
      accessKeyId: credentials.AccessKeyId,
      secretAccessKey: credentials.SecretAccessKey,
      sessionToken: credentials.SessionToken,
      expiresAtMilliseconds: Date.parse(credentials.Expiration ?? ""),
    },
  });
}
