import { handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { type FunctionSettings, leastPrivilegeFunction } from "./least-privilege-function.ts";
import { privilege, storeEnvironment } from "./privilege.ts";

const GATEWAYS = {
  http: { file: "authorizer", part: "authorizer" },
  rest: { file: "authorizer-rest", part: "authorizer_rest" },
  websocket: { file: "authorizer-websocket", part: "authorizer_ws" },
};
export type Gateway = keyof typeof GATEWAYS;

export interface AuthorizerArgs extends FunctionSettings {
  /** The id by which policies and tokens know the API, such as `orders`: letters, digits and underscores, at most 15. */
  readonly apiId: string;
  /** What asks: each kind of API of API Gateway has its own question and takes its own answer. @default "http" */
  readonly gateway?: Gateway;
  readonly store: IdentityStore;
  /** An authorizer of your own, with a service definition that names your routes' actions. @default Portcullis' own */
  readonly handler?: string;
  /** The control API's URL, whose tokens (`sts:GetWebIdentityToken`) are then taken besides signatures. */
  readonly issuer?: $util.Input<string>;
  /** Whether the API has a resource policy, which `npm run account -- api-policy` keeps: one more read a request. @default false */
  readonly apiPolicy?: boolean;
  /** For how many seconds a permission may be used after it was taken away, to save reads of a very busy account. @default 0 */
  readonly stalenessSeconds?: number;
}

/**
 * The function that decides the requests to one API. It may read the identity store, and do nothing else. For an API
 * that is deployed by other means; `protect` attaches it to one of SST's.
 */
export function authorizer(name: string, args: AuthorizerArgs): sst.aws.Function {
  const { file, part } = GATEWAYS[args.gateway ?? "http"];
  return leastPrivilegeFunction(`${name}Function`, {
    part: `${part}_${args.apiId}`,
    description: `Decides the requests to the API ${args.apiId}: reads the identity store, writes nothing`,
    handler: args.handler ?? handler(args.code ?? ".", file),
    environment: {
      ...storeEnvironment(args.store),
      PORTCULLIS_API_ID: args.apiId,
      ...(args.issuer && { PORTCULLIS_ISSUER: args.issuer }),
      ...(args.apiPolicy && { PORTCULLIS_API_POLICY: "on" }),
      ...(args.stalenessSeconds && { PORTCULLIS_STALENESS_SECONDS: String(args.stalenessSeconds) }),
    },
    permissions: privilege("authorizer", args.store),
    // API Gateway itself gives up after 10 seconds
    timeout: "8 seconds",
    tracing: args.tracing,
  });
}
