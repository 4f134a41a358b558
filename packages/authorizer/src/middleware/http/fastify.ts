import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import type { AuthorizedHttpRequest } from "./caller.ts";
import { requestOfNode } from "./node-request.ts";
import { createProtector, type ProtectionOptions } from "./protector.ts";
import { readAndReplay } from "./replayed-body.ts";

const authorized = new WeakMap<object, AuthorizedHttpRequest>();

/**
 * A plugin that authorizes every request of the instance that registers it, before its body is
 * parsed.
 */
export function protectFastify(options: ProtectionOptions): FastifyPluginAsync {
  const protect = createProtector(options);
  const plugin: FastifyPluginAsync = async (app) => {
    if (app.initialConfig.useSemicolonDelimiter)
      throw new TypeError("`useSemicolonDelimiter` would make `/invoices/1;2` the invoice 1");
    app.addHook("onRequest", async (request, reply) => {
      const { raw, originalUrl } = request;
      // The signature is over the one, the route would be of the other.
      if (raw.url !== originalUrl)
        throw new TypeError("`rewriteUrl` cannot be used with `protect`");
      const asked = requestOfNode(raw, originalUrl);
      const admission = await protect(asked, (limit) => readAndReplay(raw, limit));
      if (admission.ok) {
        authorized.set(request, admission.authorized);
        return;
      }
      const { statusCode, headers, body } = admission.refusal;
      if (statusCode === 413) reply.header("connection", "close");
      await reply.code(statusCode).headers(headers).send(body);
    });
  };
  // Fastify's mark of a plugin whose hooks are for the instance that registers it, not for the
  // plugin's own scope.
  return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
}

/**
 * The route, the caller and the body of a request that `protect` allowed.
 * @throws {TypeError} if the request did not pass through `protect`
 */
export function authorizedRequest(request: FastifyRequest): AuthorizedHttpRequest {
  const found = authorized.get(request);
  if (found === undefined)
    throw new TypeError("the request was not authorized: register `protect` before its route");
  return found;
}
