import type { IncomingMessage } from "node:http";
import { type Allowed, callerContext } from "@portcullis/authorizer";
import type { CallerSigner } from "./caller-token.ts";
import { type HeaderPairs, withoutSignature } from "./upstream-headers.ts";

/** Each member of the caller's context, and the header that carries it. */
const HEADERS: Readonly<Record<string, string>> = {
  principalArn: "x-portcullis-principal-arn",
  principalType: "x-portcullis-principal-type",
  accountId: "x-portcullis-account-id",
  userId: "x-portcullis-user-id",
  userName: "x-portcullis-user-name",
  roleName: "x-portcullis-role-name",
  sessionName: "x-portcullis-session-name",
  mfaAuthenticated: "x-portcullis-mfa-authenticated",
  decisionId: "x-portcullis-decision-id",
};

/** A request that was allowed, on its way to the server behind. */
export interface AllowedRequest {
  readonly request: IncomingMessage;
  readonly routeKey: string;
  readonly answer: Allowed;
}

export interface CallerHeaderOptions {
  readonly signer: CallerSigner;
  /** The proxy's URL. */
  readonly issuer: string;
  readonly apiId: string;
  readonly now: () => Date;
}

/**
 * The headers that tell the server behind who calls. `x-portcullis-identity` is a JWT of the same,
 * which a server that others can reach as well must verify.
 */
export function callerHeaders(
  { request, routeKey, answer }: AllowedRequest,
  { signer, issuer, apiId, now }: CallerHeaderOptions,
): HeaderPairs {
  const context = callerContext(answer);
  const token = signer.sign(
    {
      issuer,
      audience: apiId,
      subject: context.principalArn ?? "",
      id: answer.decisionId,
      method: request.method ?? "",
      target: withoutSignature(request.url ?? ""),
      context,
    },
    now(),
  );
  const tags = answer.caller.tags.map(({ key, value }): [string, string] => [key, value]);
  const named = Object.entries(HEADERS).flatMap(([name, header]): HeaderPairs => {
    const value = context[name];
    return value === undefined ? [] : [[header, value]];
  });
  const peer = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  return [
    ...named,
    // Tags may have any letters; headers can't.
    ...(tags.length === 0
      ? []
      : ([["x-portcullis-tags", new URLSearchParams(tags).toString()]] satisfies HeaderPairs)),
    ["x-portcullis-route", routeKey],
    ["x-portcullis-identity", token],
    ["x-forwarded-for", peer],
    ["x-forwarded-host", request.headers.host ?? ""],
    ["x-forwarded-proto", "http"],
  ];
}
