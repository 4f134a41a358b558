import { App } from "aws-cdk-lib";
import { InvoicesStack } from "./invoices-stack.ts";

const app = new App();
new InvoicesStack(app, "Invoices", { authorizerName: "iam-production-authorizer_invoices" });
app.synth();
