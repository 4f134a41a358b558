import type { Principal } from "@portcullis/policy";

/** The user that has pasted policies alone. */
export const madeUpUser = (account: string): Principal => ({
  type: "User",
  account,
  arn: `arn:aws:iam::${account}:user/simulated`,
  userId: "AIDASIMULATED",
});
