import { randomBytes } from "node:crypto";
import { hashPassword } from "@portcullis/iam/password";
import { rootKey } from "@portcullis/iam/record/root";
import type { Reader } from "@portcullis/iam/store";

export interface RootPassword {
  readonly passwordHash: string;
  /** Made up here, to be told once; undefined when it was given. */
  readonly generated: string | undefined;
}

/** The password that the management account's root user starts with; undefined when the root user is there already. */
export async function firstRootPassword(
  reader: Reader,
  account: string,
  given: string | undefined,
): Promise<RootPassword | undefined> {
  const [root] = await reader.get([rootKey(account)]);
  if (root !== undefined) return undefined;
  const generated = given === undefined ? randomBytes(18).toString("base64url") : undefined;
  return { passwordHash: await hashPassword(given ?? generated ?? ""), generated };
}
