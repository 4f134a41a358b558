import { ApiError } from "@portcullis/iam/error";
import type { ServiceName } from "@portcullis/protocol";

/**
 * AWS's error for parameters that break a constraint. Organizations has an error of its own, with a
 * reason.
 */
export function invalidInput(service: ServiceName, message: string): ApiError {
  if (service === "access-analyzer")
    return new ApiError("ValidationError", message, { reason: "fieldValidationFailed" });
  if (service !== "organizations") return new ApiError("ValidationError", message);
  const Reason = REASONS.find(([words]) => message.includes(words))?.[1] ?? "INVALID_PATTERN";
  return new ApiError("InvalidInputException", message, { Reason });
}

/** By the words of the first constraint that is broken. */
const REASONS = [
  ["must not be null", "INPUT_REQUIRED"],
  ["length less than", "MAX_LENGTH_EXCEEDED"],
  ["length greater than", "MIN_LENGTH_EXCEEDED"],
  ["value less than", "MAX_VALUE_EXCEEDED"],
  ["value greater than", "MIN_VALUE_EXCEEDED"],
  ["enum value set", "INVALID_ENUM"],
] as const;
