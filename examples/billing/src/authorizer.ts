import { defineService } from "@portcullis/authorizer";
import { authorizerHandler, deployedAuthorizer } from "@portcullis/functions/authorizer";

const invoices = defineService({
  service: "invoices",
  routes: {
    "GET /invoices": { action: "invoices:ListInvoices", resource: "*" },
    "GET /invoices/{invoiceId}": { action: "invoices:GetInvoice", resource: "invoice/{invoiceId}" },
  },
});

export const handler = authorizerHandler(() => deployedAuthorizer(invoices));
