import type { Allowed } from "../../decision/answer.ts";
import { type Refusal, refusal, refuse } from "../refusal.ts";
import { routeFinder } from "./find-route.ts";
import { type HttpRequest, isOriginForm } from "./http-request.ts";
import { apiRequestOf, type ProtectionOptions } from "./protector.ts";
import { queryNamesOf } from "./query-names.ts";

export type HeaderAdmission =
  | {
      readonly ok: true;
      /** The service definition's route, such as `GET /invoices/{invoiceId}`. */
      readonly routeKey: string;
      /**
       * Its `payloadHash` is the hash that the body must have, or `UNSIGNED-PAYLOAD`. INVARIANT:
       * whoever admits the request compares the body with it.
       */
      readonly answer: Allowed;
    }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      /** Why no decision was made, for people. Absent if the decision's log line says it. */
      readonly reason?: string;
    };

/**
 * Decides requests by their headers alone, for a proxy that checks bodies as they pass. The rest is
 * as for a `Protector`.
 */
export function createHeaderProtector(
  options: ProtectionOptions,
): (request: HttpRequest) => Promise<HeaderAdmission> {
  const { service } = options;
  const route = routeFinder(service);
  const queryNames = queryNamesOf(service);
  return async (request) => {
    if (!isOriginForm(request.target))
      return refused(400, "Bad Request", "the target has characters that RFC 3986 forbids there");
    const [rawPath = "", rawQuery = ""] = request.target.split(/\?(.*)/s);
    const found = route(request.method, rawPath);
    if (found === undefined)
      return refused(404, "Not Found", `no route of \`${service.service}\` matches`);
    if (queryNames.isAmbiguous(rawQuery))
      return refused(400, "Bad Request", "servers read such query parameters in different ways");
    const { authorizer, region } = options.authorizer();
    const answer = await authorizer.decide(
      apiRequestOf({ request, rawPath, rawQuery, found, region }, options),
    );
    if (answer.kind !== "allowed") return { ok: false, refusal: await refusal(answer) };
    return { ok: true, routeKey: found.routeKey, answer };
  };
}

const refused = (status: number, message: string, reason: string): HeaderAdmission => ({
  ok: false,
  refusal: refuse(status, { message }),
  reason,
});
