import { CreateRoleCommand, DeleteAccessKeyCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreatePolicyCommand as CreateServiceControlPolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../support/asker.ts";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, deny, document, user } from "../support/people.ts";
import { stopFaultless } from "../support/stop-faultless.ts";
import { openOrganization } from "../support/tenant.ts";
import { order, questions, startAsked } from "./asking.ts";

let installation: TestInstallation;
let asker: TestCredentials;
let account: string;

beforeAll(async () => {
  ({ installation, asker } = await startAsked());
  account = installation.account;
  await user(installation, "bounded", allow("orders:*"));
});
afterAll(() => stopFaultless(installation));

const { evaluate, evaluateAll, question } = questions(() => ({ installation, asker }));

describe("who may ask", () => {
  it("is who has portcullis:Evaluate on the principal, known or not", async () => {
    const limited = await user(
      installation,
      "limited",
      allow("portcullis:Evaluate", `arn:aws:iam::${account}:user/al*`),
    );
    expect((await evaluate(question("orders:GetOrder"), limited)).status).toBe(200);
    for (const name of ["bounded", "ghost"]) {
      const id = `arn:aws:iam::${account}:user/${name}`;
      const { status, body } = await evaluate(
        {
          subject: { type: "user", id },
          action: { name: "orders:GetOrder" },
          resource: order("1"),
        },
        limited,
      );
      expect(status).toBe(403);
      expect(body).toBe(
        `User: arn:aws:iam::${account}:user/limited is not authorized to perform: portcullis:Evaluate on resource: ${id} because no identity-based policy allows the portcullis:Evaluate action`,
      );
    }
    expect((await evaluate(question("orders:GetOrder"), installation.root)).status).toBe(200);
  });

  it("is not who is denied the path of a session's role", async () => {
    const key = await user(installation, "pathed-assumer", allow("sts:*"));
    const RoleName = "hidden";
    await installation.iam.send(
      new CreateRoleCommand({
        RoleName,
        Path: "/secret/",
        AssumeRolePolicyDocument: document({
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: `arn:aws:iam::${account}:user/pathed-assumer` },
        }),
      }),
    );
    const { Credentials } = await installation.stsAs(key).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/secret/hidden`,
        RoleSessionName: "one",
      }),
    );
    const { accessKeyId, sessionToken } = credentialsOf(Credentials);
    const about = {
      ...question("orders:GetOrder"),
      subject: {
        type: "assumed-role",
        id: `arn:aws:sts::${account}:assumed-role/hidden/one`,
        properties: { access_key_id: accessKeyId, session_token: sessionToken },
      },
    };
    expect((await evaluate(about)).status).toBe(200);
    const denied = await user(
      installation,
      "denied-path",
      allow("portcullis:Evaluate"),
      deny("portcullis:Evaluate", `arn:aws:iam::${account}:role/secret/*`),
    );
    const { status, body } = await evaluate(about, denied);
    expect(status).toBe(403);
    expect(body).toContain("role/secret/hidden with an explicit deny");
    const batch = await evaluateAll({ evaluations: [about] }, denied);
    expect(batch.body.evaluations[0].context.error.status).toBe(403);
  });

  it("must sign, now, for this service, and this body", async () => {
    const body = question("orders:GetOrder");
    const path = "/access/v1/evaluation";
    const unsigned = await ask(installation, undefined, path, body);
    expect(unsigned.status).toBe(401);
    expect(unsigned.body).toBe("Request is missing Authentication Token");
    const altered = await ask(installation, asker, path, question("orders:GetOrder", { id: "1" }), {
      signedBody: JSON.stringify(body),
    });
    expect(altered.status).toBe(401);
    for (const options of [
      { service: "execute-api" },
      { service: "iam" },
      { date: new Date(Date.now() - 16 * 60_000) },
      { date: new Date(Date.now() + 16 * 60_000) },
    ])
      expect((await ask(installation, asker, path, body, options)).status).toBe(401);
    const wrongSecret = { ...asker, secretAccessKey: "wrong" };
    expect((await evaluate(body, wrongSecret)).status).toBe(401);
    const gone = await user(installation, "gone", allow("portcullis:Evaluate"));
    await installation.iam.send(
      new DeleteAccessKeyCommand({ UserName: "gone", AccessKeyId: gone.accessKeyId }),
    );
    expect((await evaluate(body, gone)).status).toBe(401);
  });

  it("stays within its account", async () => {
    const other = await startInstallation();
    try {
      const organization = await openOrganization(other);
      const tenant = await organization.open("tenant");
      const neighbour = await organization.open("neighbour");
      const about = (id: string) => ({
        subject: { type: "role", id: `arn:aws:iam::${id}:role/OrganizationAccountAccessRole` },
        action: { name: "orders:GetOrder" },
        resource: order("1"),
      });
      const path = "/access/v1/evaluation";
      const own = await ask(other, tenant.admin, path, about(tenant.id));
      expect(own.body.decision).toBe(true);
      for (const foreign of [neighbour.id, other.account]) {
        const { status, body } = await ask(other, tenant.admin, path, about(foreign));
        expect(status).toBe(403);
        expect(body).toContain("is not authorized to perform: portcullis:Evaluate");
      }
      const fromAbove = await ask(other, other.root, path, about(tenant.id));
      expect(fromAbove.status).toBe(403);

      // A service control policy binds the member's principals.
      const { Roots = [] } = await other.organizations.send(new ListRootsCommand({}));
      await other.organizations.send(
        new EnablePolicyTypeCommand({
          RootId: Roots[0]?.Id,
          PolicyType: "SERVICE_CONTROL_POLICY",
        }),
      );
      const { Policy } = await other.organizations.send(
        new CreateServiceControlPolicyCommand({
          Name: "no-orders",
          Description: "none",
          Type: "SERVICE_CONTROL_POLICY",
          Content: document(deny("orders:GetOrder")),
        }),
      );
      await other.organizations.send(
        new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: tenant.id }),
      );
      const bound = await ask(other, tenant.admin, path, about(tenant.id));
      expect(bound.body.decision).toBe(false);
      expect(bound.body.context.reason_admin.en).toContain(
        "with an explicit deny in a service control policy",
      );
    } finally {
      await other.stop();
    }
  });
});
