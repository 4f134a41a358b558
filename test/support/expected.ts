import type { Refusal } from "./refusal.ts";

const refusedWith =
  (code: string, status: number) =>
  (message: string): Refusal => ({ code, message, status });

/** The refusals that most operations know, by AWS's codes and HTTP statuses. */
export const noSuchEntity = refusedWith("NoSuchEntity", 404);
export const alreadyExists = refusedWith("EntityAlreadyExists", 409);
export const deleteConflict = refusedWith("DeleteConflict", 409);
export const limitExceeded = refusedWith("LimitExceeded", 409);
export const malformedDocument = refusedWith("MalformedPolicyDocument", 400);
export const validationError = refusedWith("ValidationError", 400);
export const invalidInput = refusedWith("InvalidInput", 400);
export const unmodifiable = refusedWith("UnmodifiableEntity", 400);
export const accessDenied = refusedWith("AccessDenied", 403);
