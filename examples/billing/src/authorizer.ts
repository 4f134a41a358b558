import { authorizerHandler, deployedAuthorizer } from "@portcullis/functions/authorizer";
import { invoicesService } from "./invoices-service.ts";

export const handler = authorizerHandler(() => deployedAuthorizer(invoicesService));
