import { authorizerHandler, deployedAuthorizer } from "@portcullis/functions/authorizer";
import { ordersService } from "./orders-service.ts";

/** The authorizer of the deployed sample API. */
export const handler = authorizerHandler(() => deployedAuthorizer(ordersService));
