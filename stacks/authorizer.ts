import { handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { type FunctionSettings, leastPrivilegeFunction } from "./least-privilege-function.ts";
import { observeSetting } from "./observed-stage.ts";
import { privilege, storeEnvironment } from "./privilege.ts";

const GATEWAYS = {
  http: { file: "authorizer", part: "authorizer" },
  rest: { file: "authorizer-rest", part: "authorizer_rest" },
  websocket: { file: "authorizer-websocket", part: "authorizer_ws" },
};
export type Gateway = keyof typeof GATEWAYS;

export interface AuthorizerArgs extends FunctionSettings {
  /**
   * The API's id in policies and tokens, such as `orders`: at most 15 letters, digits and
   * underscores.
   */
  readonly apiId: string;
  /**
   * The kind of API. Each kind sends an event of its own and expects an answer of its own.
   * @default "http"
   */
  readonly gateway?: Gateway;
  readonly store: IdentityStore;
  /**
   * An entry point of your own, with a service definition. @default Portcullis' own, without one
   */
  readonly handler?: string;
  /**
   * The control API's URL. Tokens from `sts:GetWebIdentityToken` are then accepted besides
   * signatures.
   */
  readonly issuer?: $util.Input<string>;
  /**
   * Whether the API has a resource policy, set by `npm run account -- api-policy`. It costs one
   * more read a request.
   * @default false
   */
  readonly apiPolicy?: boolean;
  /**
   * For how many seconds a permission may still be used after it was taken away, to save reads of a
   * very busy account.
   * @default 0
   */
  readonly stalenessSeconds?: number;
  /**
   * For an API that is in use already: every request is decided and logged as always, and what
   * would be denied is let through; with `unauthenticated`, requests without valid credentials too.
   * Only stages that the environment variable `PORTCULLIS_OBSERVE_STAGES` names may be observed.
   * @default false
   */
  readonly observe?: boolean | "unauthenticated";
}

/**
 * The function that decides the requests to one API. It may only read the identity store. Use it
 * alone for an API that is deployed by other means; `protect` attaches it to one of SST's.
 */
export function authorizer(name: string, args: AuthorizerArgs): sst.aws.Function {
  const { file, part } = GATEWAYS[args.gateway ?? "http"];
  return leastPrivilegeFunction(`${name}Function`, {
    part: `${part}_${args.apiId}`,
    description: `Decides the requests to the API ${args.apiId}: reads the identity store, writes nothing`,
    handler: args.handler ?? handler(args.code, file),
    environment: {
      ...storeEnvironment(args.store),
      PORTCULLIS_API_ID: args.apiId,
      ...(args.issuer && { PORTCULLIS_ISSUER: args.issuer }),
      ...(args.apiPolicy && { PORTCULLIS_API_POLICY: "on" }),
      ...(args.observe && { PORTCULLIS_OBSERVE: observeSetting(args.observe) }),
      ...(args.stalenessSeconds && { PORTCULLIS_STALENESS_SECONDS: String(args.stalenessSeconds) }),
    },
    permissions: privilege("authorizer", args.store),
    // API Gateway's own timeout is 10 seconds.
    timeout: "8 seconds",
    functionNames: false,
    tracing: args.tracing,
  });
}
