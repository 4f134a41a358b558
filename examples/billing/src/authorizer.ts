import { authorizerHandler, deployedAuthorizer } from "portcullis/lambda";
import { invoicesService } from "./invoices-service.ts";

export const handler = authorizerHandler(() => deployedAuthorizer(invoicesService));
