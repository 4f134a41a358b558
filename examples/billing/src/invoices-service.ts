import { defineService } from "portcullis/service";

/** What the API's routes mean to policies. */
export const invoicesService = defineService({
  service: "invoices",
  routes: {
    "GET /invoices": { action: "invoices:ListInvoices", resource: "*" },
    "GET /invoices/{invoiceId}": { action: "invoices:GetInvoice", resource: "invoice/{invoiceId}" },
  },
});
