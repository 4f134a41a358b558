import type { Allowed } from "../../decision/answer.ts";
import { callerContext } from "../../decision/caller-context.ts";

/** The caller of an allowed request, for the application. */
export interface RequestCaller {
  /** Such as `arn:aws:iam::100000000000:user/ana`. */
  readonly principalArn: string;
  readonly principalType: "Root" | "User" | "AssumedRole" | "FederatedUser";
  readonly accountId: string;
  /** The unique id. `AROA...:session` for a role session. */
  readonly userId: string;
  readonly userName?: string;
  readonly roleName?: string;
  readonly sessionName?: string;
  readonly mfaAuthenticated: boolean;
  /** Principal tags, session tags included. */
  readonly tags: Readonly<Record<string, string>>;
  /** The decision's id in the log. */
  readonly decisionId: string;
}

/** A request that was allowed. */
export interface AuthorizedHttpRequest {
  /** The service definition's route, such as `GET /invoices/{invoiceId}`. */
  readonly routeKey: string;
  /** Decoded, as they were evaluated. */
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly caller: RequestCaller;
  /** The bytes whose hash was checked. */
  readonly body: Uint8Array;
}

/** @throws {TypeError} for a kind of principal that no API has as its caller */
export function requestCaller(answer: Allowed): RequestCaller {
  const { principal, tags } = answer.caller;
  const { type } = principal;
  if (type !== "Root" && type !== "User" && type !== "AssumedRole" && type !== "FederatedUser")
    throw new TypeError(`a principal of type ${type} does not call APIs`);
  const { principalArn = "", accountId = "", userId = "", ...rest } = callerContext(answer);
  const { userName, roleName, sessionName, mfaAuthenticated, decisionId = "" } = rest;
  return {
    principalArn,
    principalType: type,
    accountId,
    userId,
    ...(userName !== undefined && { userName }),
    ...(roleName !== undefined && { roleName }),
    ...(sessionName !== undefined && { sessionName }),
    mfaAuthenticated: mfaAuthenticated === "true",
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    decisionId,
  };
}
