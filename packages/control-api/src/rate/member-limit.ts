import { accountOfAccessKeyId } from "@portcullis/iam/access-key-id";
import { ApiError } from "@portcullis/iam/error";
import type { Settings } from "@portcullis/iam/settings";
import type { ReadCredential } from "@portcullis/protocol/sigv4";
import { createRateLimit, type Turn } from "./rate-limit.ts";

/** The rate limit of member accounts. The management account's calls are not limited. */
export interface MemberLimit {
  /**
   * Waits for a turn of the account that the credential names. Undefined: no member is named.
   * @throws {ApiError} `Throttling`
   */
  enter(credential: ReadCredential, now: Date): Promise<Turn | undefined>;
}

/** The limit of one process. */
export function createMemberLimit({
  managementAccount,
  memberRate,
}: Pick<Settings, "managementAccount" | "memberRate">): MemberLimit {
  const limit = createRateLimit(memberRate);
  return {
    async enter(read, now) {
      const account = read.ok ? accountOfAccessKeyId(read.credential.accessKeyId) : undefined;
      if (account === undefined || account === managementAccount) return undefined;
      const turn = await limit.enter(account, now.getTime());
      if (turn === undefined) throw THROTTLING;
      return turn;
    },
  };
}

/** Always the same, since making an error costs more than the rest of a refusal. */
const THROTTLING = new ApiError("Throttling", "Rate exceeded");
