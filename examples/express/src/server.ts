import express from "express";
import { authorizedRequest, protect } from "portcullis/express";
import { invoicesService } from "./invoices-service.ts";

interface Invoice {
  readonly invoiceId: string;
  readonly amount: number;
}

/** Each account has its own invoices. */
const invoices = new Map<string, Invoice[]>();
const of = (account: string): Invoice[] => invoices.get(account) ?? [];

const app = express();
app.get("/health", (_, response) => {
  response.json({ status: "ok" });
});
app.use(protect(invoicesService));
app.use(express.json());

app.get("/invoices", (request, response) => {
  const { caller } = authorizedRequest(request);
  response.json({ invoices: of(caller.accountId) });
});
app.post("/invoices", (request, response) => {
  const { accountId } = authorizedRequest(request).caller;
  const amount: unknown = request.body?.amount;
  if (typeof amount !== "number" || !Number.isFinite(amount)) {
    response.status(400).json({ message: 'The body must be JSON such as {"amount": 12.5}.' });
    return;
  }
  const made = { invoiceId: String(of(accountId).length + 1), amount };
  invoices.set(accountId, [...of(accountId), made]);
  response.status(201).json(made);
});
app.get("/invoices/:invoiceId", (request, response) => {
  const { caller, pathParameters } = authorizedRequest(request);
  const found = of(caller.accountId).find(
    ({ invoiceId }) => invoiceId === pathParameters.invoiceId,
  );
  if (found === undefined) response.status(404).json({ message: "There is no such invoice." });
  else response.json(found);
});

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null)
    process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
