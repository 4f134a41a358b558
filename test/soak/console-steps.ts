import {
  AccessAnalyzerClient,
  ListAnalyzersCommand,
  ValidatePolicyCommand,
} from "@aws-sdk/client-accessanalyzer";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import * as iam from "@aws-sdk/client-iam";
import { send, type TestCredentials } from "../support/harness.ts";
import { ALLOW, PASSWORD } from "./set-up.ts";
import { signInOf } from "./sign-in.ts";
import type { TenantRun } from "./tenant-run.ts";

/**
 * A person with a browser: loads the console, signs in, and makes the calls of its pages with the
 * session.
 */
export function consoleSteps(run: TenantRun) {
  const { controlUrl } = run.traffic.product;
  let session: TestCredentials | undefined;
  const options = {
    endpoint: controlUrl,
    region: "us-east-1",
    maxAttempts: 1,
    // The SDK keeps credentials that don't expire; the session is replaced with each sign-in.
    credentials: async () => ({ ...signedIn(), expiration: new Date(Date.now() + 1_000) }),
  };
  const clients = {
    iam: new iam.IAMClient(options),
    cloudtrail: new CloudTrailClient(options),
    analyzer: new AccessAnalyzerClient(options),
  };
  const signedIn = (): TestCredentials => {
    if (session === undefined) throw new Error("nobody is signed in");
    return session;
  };
  const call = (name: string, work: () => Promise<unknown>) => async () => {
    if (session !== undefined) await run.timed(`console: ${name}`, work);
  };
  const load = () =>
    run.timed("console: page", async () => {
      const headers = { host: new URL(controlUrl).host, accept: "text/html" };
      const page = await send(controlUrl, "GET", "/console/", headers);
      if (page.status !== 200 || !String(page.body).includes("<script"))
        run.violation(`the console's page was answered ${page.status}`);
    });
  const signIn = async () => {
    session = undefined;
    session = await signInOf(run, "person", PASSWORD);
  };
  const { iam: client, cloudtrail, analyzer } = clients;
  return {
    steps: [
      load,
      signIn,
      call("account summary", () => client.send(new iam.GetAccountSummaryCommand({}))),
      call("users", () => client.send(new iam.ListUsersCommand({}))),
      call("account details", () =>
        client.send(new iam.GetAccountAuthorizationDetailsCommand({ MaxItems: 100 })),
      ),
      call("credential report", () => client.send(new iam.GenerateCredentialReportCommand({}))),
      call("events", () => cloudtrail.send(new LookupEventsCommand({ MaxResults: 50 }))),
      call("analyzers", () => analyzer.send(new ListAnalyzersCommand({}))),
      call("policy check", () =>
        analyzer.send(
          new ValidatePolicyCommand({ policyType: "IDENTITY_POLICY", policyDocument: ALLOW }),
        ),
      ),
      call("simulation", () =>
        client.send(
          new iam.SimulatePrincipalPolicyCommand({
            PolicySourceArn: `arn:aws:iam::${run.tenant.account}:user/caller`,
            ActionNames: ["orders:ListOrders", "sts:AssumeRole"],
          }),
        ),
      ),
    ],
    close() {
      for (const one of Object.values(clients)) one.destroy();
    },
  };
}
