import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import {
  AccessAnalyzerClient,
  CreateAnalyzerCommand,
  DeleteAnalyzerCommand,
  GetGeneratedPolicyCommand,
  ListFindingsV2Command,
  StartPolicyGenerationCommand,
  UpdateFindingsCommand,
  ValidatePolicyCommand,
} from "@aws-sdk/client-accessanalyzer";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DetachUserPolicyCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand as CreatePolicyInOrganizationCommand,
  DeletePolicyCommand,
  DeregisterDelegatedAdministratorCommand,
  DetachPolicyCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
  TagResourceCommand,
  UpdateOrganizationalUnitCommand,
  UpdatePolicyCommand,
} from "@aws-sdk/client-organizations";
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { packEvent } from "@portcullis/iam/audit/audit-text";
import { openRootRecovery } from "@portcullis/iam/root-recovery";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlServer } from "../../packages/local/src/control-server.ts";
import { httpApi } from "../../packages/local/src/gateway/http-api.ts";
import { restApi } from "../../packages/local/src/gateway/rest-api.ts";
import { call, credentialsOf, send, type TestCredentials } from "../support/harness.ts";
import { createLoginClient, credentialsIn } from "../support/login-client.ts";
import { enableDevice } from "../support/mfa-code.ts";
import { samlIdp } from "../support/saml-idp.ts";
import { signHeader } from "../support/wire-signer.ts";
import { rolePolicy } from "./deployed/aws.ts";
import {
  type DeployedFunction,
  type DeployedInstallation,
  FUNCTION_NAMES,
  startDeployed,
} from "./deployed/installation.ts";
import { callsOfLambda } from "./deployed/lambda-calls.ts";
import { notNeeded } from "./deployed/need.ts";
import {
  type Deployment,
  deployment,
  ofType,
  ROOT_KEY,
  ROOT_PASSWORD,
  resource,
  role,
  sampleStage,
} from "./deployment.ts";

const DENIED_EVENT = {
  id: "",
  time: "2026-07-01T10:00:00Z",
  service: "iam",
  name: "DeleteUser",
  region: "us-east-1",
  sourceIp: "192.0.2.1",
  identity: { type: "IAMUser", userName: "ana" },
  errorCode: "AccessDenied",
};

/**
 * What the stacks deploy, run: the bundles, in the environment that they are given, each call to
 * DynamoDB and KMS allowed by the policy of the function's role or refused. Only the gateways in
 * front and the engine behind are not AWS's.
 */
describe("the deployed functions", () => {
  const root: TestCredentials = {
    accessKeyId: ROOT_KEY.RootAccessKeyId,
    secretAccessKey: ROOT_KEY.RootSecretAccessKey,
  };
  const servers: Server[] = [];
  let stage: Deployment;
  let installed: DeployedInstallation | undefined;
  let functions: DeployedInstallation["functions"];
  let control: string;
  let api: string;
  let billing: string;
  let ana: TestCredentials;

  const iam = (credentials = root) =>
    new IAMClient({ endpoint: `${control}/iam`, region: "us-east-1", credentials, maxAttempts: 1 });
  const sts = (credentials: TestCredentials) =>
    new STSClient({ endpoint: `${control}/sts`, region: "us-east-1", credentials, maxAttempts: 1 });
  const organizations = (credentials: TestCredentials) =>
    new OrganizationsClient({
      endpoint: `${control}/organizations`,
      region: "us-east-1",
      credentials,
      maxAttempts: 1,
    });
  const policy = (...Action: string[]) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource: "*" }],
    });

  beforeAll(async () => {
    stage = await sampleStage("production");
    installed = await startDeployed(stage);
    functions = installed.functions;
    const { iam, sts, organizations, signin, authorizer, orders } = functions;
    const { cloudtrail, portcullis } = functions;
    const identity = { account: "123456789012", region: "us-east-1", stage: "$default" };
    control = await serve(
      controlServer(
        { ...identity, apiId: "control" },
        {
          "/iam": iam.invoke,
          "/sts": sts.invoke,
          "/organizations": organizations.invoke,
          "/access-analyzer": functions["access-analyzer"].invoke,
          "/access/v1/evaluation": functions["access-evaluation"].invoke,
          "/cloudtrail": cloudtrail.invoke,
          "/portcullis": portcullis.invoke,
          "/signin": signin.invoke,
          "/v1/authorize": signin.invoke,
          "/v1/token": signin.invoke,
        },
      ),
    );
    const protectedBy = (deciding: DeployedFunction, apiId: string) =>
      serve(
        httpApi({
          identity: { ...identity, apiId },
          routes: protectedRoutes(),
          authorizer: {
            payload: "2.0",
            response: "simple",
            function: deciding.invoke,
            identitySources: [],
            ttlSeconds: 0,
          },
          integration: orders.invoke,
        }),
      );
    api = await protectedBy(authorizer, "a1b2c3");
    billing = await protectedBy(functions.billing, "d4e5f6");
  }, 120_000);
  afterAll(async () => {
    for (const server of servers) server.close();
    await installed?.stop();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    return `http://127.0.0.1:${port}`;
  }

  const protectedRoutes = () =>
    ofType(stage, "aws:apigatewayv2/route:Route")
      .filter(({ inputs }) => inputs.authorizationType === "CUSTOM")
      .map(({ inputs }) => String(inputs.routeKey));

  test("let nobody in before the deployment has set the installation up", async () => {
    expect(await call(api, root, "GET", "/orders")).toMatchObject({ status: 401 });
    await expect(sts(root).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });

  test("are set up by the deployment's own call", async () => {
    const { inputs } = resource(stage, "aws:lambda/invocation:Invocation", "SetupRun");
    await functions.setup.invoke(JSON.parse(String(inputs.input)));
    await functions.setup.invoke({ rootEmail: "root@localhost", rotateDataKey: true });
    const identity = await sts(root).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe("arn:aws:iam::100000000000:root");
  });

  test("let the root user sign in by password, as the deployment guide says", async () => {
    const signIn = (password: string, account = "100000000000") =>
      fetch(`${control}/signin`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ account, email: "root@localhost", password }),
      });
    expect((await signIn("Correct horse battery staple 2")).status).toBe(401);
    const signedIn = await signIn(ROOT_PASSWORD.RootPassword);
    const { credentials }: { credentials: Credentials } = JSON.parse(await signedIn.text());
    const identity = await sts(credentialsOf(credentials)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe("arn:aws:iam::100000000000:root");
    await iam().send(new CreateAccountAliasCommand({ AccountAlias: "acme" }));
    expect((await signIn(ROOT_PASSWORD.RootPassword, "acme")).status).toBe(200);
  });

  test("let an application log in with the root user's sign-in, and refresh", async () => {
    const signedIn = await fetch(`${control}/signin`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        account: "100000000000",
        email: "root@localhost",
        password: ROOT_PASSWORD.RootPassword,
      }),
    });
    const { credentials }: { credentials: Credentials } = JSON.parse(await signedIn.text());
    const application = await createLoginClient(control);
    const location = await application.authorize(credentialsOf(credentials));
    // The deployed API is reached by https.
    const htu = `${control.replace("http:", "https:")}/v1/token`;
    const proof = () => application.proof({ claims: { htu } });
    const code = location.searchParams.get("code") ?? "";
    const first = await application.redeem(code, { proof: await proof() });
    expect(first.status).toBe(200);
    const { refreshToken } = first.body;
    const second = await application.refresh(refreshToken, { proof: await proof() });
    const identity = await sts(credentialsIn(second)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe("arn:aws:iam::100000000000:root");
    expect((await application.redeem(code, { proof: await proof() })).status).toBe(400);
    const ended = await application.refresh(refreshToken, { proof: await proof() });
    expect(ended.body.error).toBe("TOKEN_EXPIRED");
  });

  test("let the root user manage users, groups and policies", async () => {
    await iam().send(new CreateUserCommand({ UserName: "ana" }));
    ana = credentialsOf(
      (await iam().send(new CreateAccessKeyCommand({ UserName: "ana" }))).AccessKey,
    );
    await iam().send(new CreateGroupCommand({ GroupName: "clerks" }));
    await iam().send(new AddUserToGroupCommand({ GroupName: "clerks", UserName: "ana" }));
    const made = await iam().send(
      new CreatePolicyCommand({ PolicyName: "nothing", PolicyDocument: policy("none:Such") }),
    );
    const nothing = { UserName: "ana", PolicyArn: made.Policy?.Arn ?? "" };
    await iam().send(new AttachUserPolicyCommand(nothing));
    expect((await iam().send(new GetPolicyCommand(nothing))).Policy?.AttachmentCount).toBe(1);
    await iam().send(new DetachUserPolicyCommand(nothing));
    await iam().send(new CreateUserCommand({ UserName: "bob" }));
    await iam().send(new DeleteUserCommand({ UserName: "bob" }));
    expect(
      (await iam().send(new ListUsersCommand({}))).Users?.map(({ UserName }) => UserName),
    ).toEqual(["ana"]);
  });

  /** A service asks whether a user may list orders. */
  const askAbout = (name: string, asker: TestCredentials) => {
    const path = "/access/v1/evaluation";
    const body = JSON.stringify({
      subject: { type: "user", id: `arn:aws:iam::100000000000:user/${name}` },
      action: { name: "orders:ListOrders" },
      resource: { type: "order", id: "*" },
    });
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", path, body, headers, service: "portcullis" };
    const { host } = new URL(control);
    return send(control, "POST", path, signHeader(host, asker, request).headers, body);
  };

  test("allow what a group's policy allows, from the next request on", async () => {
    expect(await call(api, ana, "GET", "/orders")).toMatchObject({ status: 403 });
    await iam().send(
      new PutGroupPolicyCommand({
        GroupName: "clerks",
        PolicyName: "orders",
        PolicyDocument: policy("orders:*", "iam:ListUsers"),
      }),
    );
    const made = await call(api, ana, "POST", "/orders", {
      body: '{"item":"book","quantity":2}',
      headers: { "content-type": "application/json" },
    });
    expect(made.status).toBe(201);
    expect(await call(api, ana, "GET", "/orders")).toMatchObject({
      status: 200,
      body: { orders: [{ item: "book" }] },
    });
    expect(await call(api, ana, "GET", `/orders/${made.body.orderId}`)).toMatchObject({
      status: 200,
    });
    expect(await call(api, ana, "DELETE", `/orders/${made.body.orderId}`)).toMatchObject({
      status: 204,
    });
    expect((await iam(ana).send(new ListUsersCommand({}))).Users).toHaveLength(1);
    expect((await sts(ana).send(new GetCallerIdentityCommand({}))).Arn).toBe(
      "arn:aws:iam::100000000000:user/ana",
    );
    await expect(organizations(ana).send(new ListRootsCommand({}))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    expect(await askAbout("ana", root)).toMatchObject({ status: 200, body: { decision: true } });
    expect((await askAbout("ana", ana)).status).toBe(403);

    await iam().send(new RemoveUserFromGroupCommand({ GroupName: "clerks", UserName: "ana" }));
    expect(await askAbout("ana", root)).toMatchObject({ status: 200, body: { decision: false } });
    expect(await call(api, ana, "GET", "/orders")).toMatchObject({ status: 403 });
  });

  test("give a role's session what the role may", async () => {
    const trust = {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::100000000000:user/ana" },
      Action: "sts:AssumeRole",
    };
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    await iam().send(
      new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument: document }),
    );
    await iam().send(
      new PutRolePolicyCommand({
        RoleName: "reader",
        PolicyName: "read",
        PolicyDocument: policy("orders:ListOrders"),
      }),
    );
    const assumed = await sts(ana).send(
      new AssumeRoleCommand({
        RoleArn: "arn:aws:iam::100000000000:role/reader",
        RoleSessionName: "today",
      }),
    );
    const session = credentialsOf(assumed.Credentials);
    expect(await call(api, session, "GET", "/orders")).toMatchObject({ status: 200 });
    expect(await call(api, session, "GET", "/orders/1")).toMatchObject({ status: 403 });
  });

  test("refuse a key from the moment it is deactivated", async () => {
    await iam().send(
      new UpdateAccessKeyCommand({
        UserName: "ana",
        AccessKeyId: ana.accessKeyId,
        Status: "Inactive",
      }),
    );
    expect(await call(api, ana, "GET", "/orders")).toMatchObject({ status: 401 });
    expect(await call(api, undefined, "GET", "/orders")).toMatchObject({ status: 401 });
  });

  test("sign tokens with the keys that the issuer publishes", async () => {
    await iam().send(new EnableOutboundWebIdentityFederationCommand({}));
    await iam().send(new CreateUserCommand({ UserName: "dan" }));
    await iam().send(
      new PutUserPolicyCommand({
        UserName: "dan",
        PolicyName: "tokens",
        PolicyDocument: policy("sts:GetWebIdentityToken"),
      }),
    );
    const dan = credentialsOf(
      (await iam().send(new CreateAccessKeyCommand({ UserName: "dan" }))).AccessKey,
    );
    const keys = await functions.issuer.invoke({ rawPath: "/.well-known/jwks.json" });
    const published: { keys: { kid: string }[] } = JSON.parse(keys.body);
    for (const SigningAlgorithm of ["ES384", "RS256"]) {
      const { WebIdentityToken = "" } = await sts(dan).send(
        new GetWebIdentityTokenCommand({ Audience: ["orders"], SigningAlgorithm }),
      );
      const header: { alg: string; kid: string } = JSON.parse(
        Buffer.from(WebIdentityToken.split(".")[0] ?? "", "base64url").toString(),
      );
      expect(header.alg).toBe(SigningAlgorithm);
      expect(published.keys.map(({ kid }) => kid)).toContain(header.kid);
    }
  });

  test("take a device's code once, whether STS or the sign-in is given it", async () => {
    await iam().send(new CreateUserCommand({ UserName: "fay" }));
    const fay = credentialsOf(
      (await iam().send(new CreateAccessKeyCommand({ UserName: "fay" }))).AccessKey,
    );
    await iam().send(
      new CreateLoginProfileCommand({
        UserName: "fay",
        Password: "Correct horse battery staple 1!",
      }),
    );
    const device = await enableDevice(iam(), "fay", "fay");
    const first = { SerialNumber: device.serial, TokenCode: device.code() };
    await sts(fay).send(new GetSessionTokenCommand(first));
    await expect(sts(fay).send(new GetSessionTokenCommand(first))).rejects.toMatchObject({
      name: "AccessDenied",
    });

    const signIn = (password: string, mfaCode?: string) =>
      fetch(`${control}/signin`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ account: "100000000000", userName: "fay", password, mfaCode }),
      });
    expect((await signIn("wrong")).status).toBe(401);
    expect((await signIn("wrong again")).status).toBe(401);
    expect((await signIn("Correct horse battery staple 1!")).status).toBe(401);
    const signedIn = await signIn("Correct horse battery staple 1!", device.code());
    expect(await signedIn.json()).toMatchObject({
      credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
    });
  });

  test("take a SAML assertion once", async () => {
    const idp = await samlIdp();
    const SAMLMetadataDocument = await idp.metadata();
    const made = await iam().send(
      new CreateSAMLProviderCommand({ Name: "idp", SAMLMetadataDocument }),
    );
    const PrincipalArn = made.SAMLProviderArn ?? "";
    const trust = {
      Effect: "Allow",
      Principal: { Federated: PrincipalArn },
      Action: "sts:AssumeRoleWithSAML",
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const role = await iam().send(
      new CreateRoleCommand({ RoleName: "saml", AssumeRolePolicyDocument }),
    );
    const RoleArn = role.Role?.Arn ?? "";
    const SAMLAssertion = await idp.signIn({ role: `${RoleArn},${PrincipalArn}` });
    const assume = () =>
      sts(root).send(new AssumeRoleWithSAMLCommand({ RoleArn, PrincipalArn, SAMLAssertion }));
    expect((await assume()).AssumedRoleUser?.Arn).toContain("assumed-role/saml/");
    await expect(assume()).rejects.toThrow();
    await idp.stop();
  });

  test("judge another API by its own name, not by the sample's service definition", async () => {
    await iam().send(new CreateUserCommand({ UserName: "eve" }));
    const eve = credentialsOf(
      (await iam().send(new CreateAccessKeyCommand({ UserName: "eve" }))).AccessKey,
    );
    const may = (document: string) =>
      iam().send(
        new PutUserPolicyCommand({ UserName: "eve", PolicyName: "own", PolicyDocument: document }),
      );
    await may(policy("orders:*"));
    expect(await call(billing, eve, "GET", "/orders")).toMatchObject({ status: 403 });
    const Resource = "arn:aws:execute-api:us-east-1:100000000000:billing/$default/GET/orders";
    const invoke = { Effect: "Allow", Action: "execute-api:Invoke", Resource };
    await may(JSON.stringify({ Version: "2012-10-17", Statement: [invoke] }));
    expect(await call(billing, eve, "GET", "/orders")).toMatchObject({ status: 200 });
    expect(await call(api, eve, "GET", "/orders")).toMatchObject({ status: 403 });
  });

  test("offer managed policies for the APIs that the composition names, and for no other", async () => {
    await iam().send(new CreateUserCommand({ UserName: "reader" }));
    const reader = credentialsOf(
      (await iam().send(new CreateAccessKeyCommand({ UserName: "reader" }))).AccessKey,
    );
    const attach = (name: string) =>
      iam().send(
        new AttachUserPolicyCommand({
          UserName: "reader",
          PolicyArn: `arn:aws:iam::aws:policy/${name}`,
        }),
      );
    await attach("OrdersReadOnlyAccess");
    expect(await call(api, reader, "GET", "/orders")).toMatchObject({ status: 200 });
    expect(await call(api, reader, "DELETE", "/orders/1")).toMatchObject({ status: 403 });
    await expect(attach("InvoicesReadOnlyAccess")).rejects.toMatchObject({
      name: "NoSuchEntityException",
      message:
        "Policy arn:aws:iam::aws:policy/InvoicesReadOnlyAccess does not exist or is not attachable.",
    });
  });

  test("judge a REST API, too, within the role that every authorizer has", async () => {
    const identity = {
      account: "123456789012",
      region: "us-east-1",
      apiId: "g7h8i9",
      stage: "prod",
    };
    const reports = await serve(
      restApi({
        identity,
        routes: ["GET /reports", "DELETE /reports"],
        authorizer: {
          type: "REQUEST",
          function: functions.reports.invoke,
          identitySources: ["context.identity.sourceIp"],
          ttlSeconds: 0,
        },
        integration: async () => ({ statusCode: 200, body: "{}" }),
      }),
    );
    await iam().send(new CreateUserCommand({ UserName: "hal" }));
    const hal = credentialsOf(
      (await iam().send(new CreateAccessKeyCommand({ UserName: "hal" }))).AccessKey,
    );
    const Resource = "arn:aws:execute-api:us-east-1:100000000000:reports/prod/GET/reports";
    const Statement = [{ Effect: "Allow", Action: "execute-api:Invoke", Resource }];
    await iam().send(
      new PutUserPolicyCommand({
        UserName: "hal",
        PolicyName: "reports",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    expect(await call(reports, hal, "GET", "/prod/reports")).toMatchObject({ status: 200 });
    expect(await call(reports, hal, "DELETE", "/prod/reports")).toMatchObject({ status: 403 });
    expect(await call(reports, undefined, "GET", "/prod/reports")).toMatchObject({ status: 401 });
    expect(functions.reports.aws.refused).toEqual([]);
    expect(functions.reports.aws.calls.length).toBeGreaterThan(0);
  });

  test("let a root user in who lost the password, by the operator's recovery code", async () => {
    if (installed === undefined) throw new Error("nothing is deployed");
    const { store } = installed;
    const recovery = await openRootRecovery({ store, now: new Date() }, "100000000000");
    const recover = (recoveryCode: string) =>
      fetch(`${control}/signin`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          account: "100000000000",
          email: "root@localhost",
          recoveryCode,
          newPassword: "Correct horse battery staple 3",
        }),
      });
    expect((await recover("AAAA-AAAA-AAAA-AAAA")).status).toBe(401);
    expect((await recover(recovery.code)).status).toBe(200);
    expect((await recover(recovery.code)).status).toBe(401);
  });

  test("analyze policies, and find who is let in from outside", async () => {
    const client = new AccessAnalyzerClient({
      endpoint: `${control}/access-analyzer`,
      region: "us-east-1",
      credentials: root,
      maxAttempts: 1,
    });
    const named = { analyzerName: "external" };
    const created = await client.send(new CreateAnalyzerCommand({ ...named, type: "ACCOUNT" }));
    const analyzerArn = created.arn ?? "";
    await iam().send(
      new CreateRoleCommand({
        RoleName: "Partner",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { AWS: "222222222222" },
            Action: "sts:AssumeRole",
          },
        }),
      }),
    );
    const { findings = [] } = await client.send(new ListFindingsV2Command({ analyzerArn }));
    expect(findings.map(({ resource }) => resource)).toContain(
      "arn:aws:iam::100000000000:role/Partner",
    );
    const ids = findings.map(({ id }) => id ?? "");
    await client.send(new UpdateFindingsCommand({ analyzerArn, ids, status: "ARCHIVED" }));
    const unused = { analyzerName: "unused", type: "ACCOUNT_UNUSED_ACCESS" } as const;
    const { arn } = await client.send(new CreateAnalyzerCommand(unused));
    await client.send(new ListFindingsV2Command({ analyzerArn: arn }));
    await client.send(new DeleteAnalyzerCommand(named));
    const policyGenerationDetails = { principalArn: "arn:aws:iam::100000000000:user/ana" };
    const generation = new StartPolicyGenerationCommand({ policyGenerationDetails });
    const { jobId } = await client.send(generation);
    const { jobDetails } = await client.send(new GetGeneratedPolicyCommand({ jobId }));
    expect(jobDetails?.status).toBe("SUCCEEDED");
    await iam().send(new DeleteRoleCommand({ RoleName: "Partner" }));
    client.destroy();
  });

  test("let the organization open accounts and guard them", async () => {
    const client = organizations(root);
    await client.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    const roots = await client.send(new ListRootsCommand({}));
    const RootId = roots.Roots?.[0]?.Id ?? "";
    await client.send(
      new EnablePolicyTypeCommand({ RootId, PolicyType: "SERVICE_CONTROL_POLICY" }),
    );
    const unit = await client.send(
      new CreateOrganizationalUnitCommand({ ParentId: RootId, Name: "tenants" }),
    );
    const ParentId = unit.OrganizationalUnit?.Id ?? "";
    await client.send(
      new UpdateOrganizationalUnitCommand({ OrganizationalUnitId: ParentId, Name: "customers" }),
    );
    const opened = await client.send(
      new CreateAccountCommand({ AccountName: "acme", Email: "acme@example.com" }),
    );
    const AccountId = opened.CreateAccountStatus?.AccountId ?? "";
    const source = { AccountId, SourceParentId: RootId, DestinationParentId: ParentId };
    await client.send(new MoveAccountCommand(source));
    const made = await client.send(
      new CreatePolicyInOrganizationCommand({
        Name: "no-deletes",
        Description: "",
        Type: "SERVICE_CONTROL_POLICY",
        Content: policy("orders:Get*"),
      }),
    );
    const PolicyId = made.Policy?.PolicySummary?.Id ?? "";
    await client.send(new UpdatePolicyCommand({ PolicyId, Name: "reads-only" }));
    for (const TargetId of [AccountId, ParentId]) {
      await client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
      await client.send(new DetachPolicyCommand({ PolicyId, TargetId }));
    }
    await client.send(new DeletePolicyCommand({ PolicyId }));
    await client.send(
      new TagResourceCommand({ ResourceId: AccountId, Tags: [{ Key: "plan", Value: "free" }] }),
    );
    const trusted = { ServicePrincipal: "access-analyzer.amazonaws.com" };
    await client.send(new EnableAWSServiceAccessCommand(trusted));
    const administrator = { ...trusted, AccountId };
    await client.send(new RegisterDelegatedAdministratorCommand(administrator));
    await client.send(new DeregisterDelegatedAdministratorCommand(administrator));
    await client.send(new DisableAWSServiceAccessCommand(trusted));
    await client.send(new CloseAccountCommand({ AccountId }));
    expect((await client.send(new ListAccountsCommand({}))).Accounts).toHaveLength(2);
  });

  test("learn from the decision log what was used when", async () => {
    await iam().send(new CreateUserCommand({ UserName: "gil" }));
    const made = await iam().send(new CreateAccessKeyCommand({ UserName: "gil" }));
    const AccessKeyId = made.AccessKey?.AccessKeyId ?? "";
    const role = await iam().send(new GetRoleCommand({ RoleName: "reader" }));
    const seen = (minute: number, change: object) => ({
      message: JSON.stringify({
        type: "decision",
        outcome: "allowed",
        time: `2026-07-01T10:0${minute}:00.000Z`,
        account: "100000000000",
        action: "orders:ListOrders",
        region: "us-east-1",
        ...change,
      }),
    });
    const hand = (...logEvents: object[]) =>
      functions.usage.invoke({
        awslogs: {
          data: gzipSync(JSON.stringify({ messageType: "DATA_MESSAGE", logEvents })).toString(
            "base64",
          ),
        },
      });
    const gil = { userId: "AIDAGIL", accessKeyId: AccessKeyId };
    const session = { userId: `${role.Role?.RoleId}:today`, accessKeyId: "ASIASESSION" };
    await hand(seen(1, gil), seen(1, session));
    await hand(seen(5, gil), seen(5, session));
    const LastUsedDate = new Date("2026-07-01T10:05:00Z");
    expect(
      (await iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed,
    ).toEqual({
      LastUsedDate,
      ServiceName: "orders",
      Region: "us-east-1",
    });
    expect(
      (await iam().send(new GetRoleCommand({ RoleName: "reader" }))).Role?.RoleLastUsed,
    ).toEqual({
      LastUsedDate,
      Region: "us-east-1",
    });
  });

  test("record denials, with who did what", async () => {
    const admin = { UserName: "rita", PolicyArn: "arn:aws:iam::100000000000:policy/look-up" };
    await iam().send(new CreateUserCommand({ UserName: "rita" }));
    await iam().send(
      new CreatePolicyCommand({ PolicyName: "look-up", PolicyDocument: policy("*") }),
    );
    await iam().send(new AttachUserPolicyCommand(admin));
    const made = await iam().send(new CreateAccessKeyCommand({ UserName: "rita" }));
    const rita = credentialsOf(made.AccessKey);
    const records = createPortcullisClient({
      endpoint: `${control}/portcullis`,
      credentials: rita,
    });
    const now = new Date();
    const line = {
      type: "decision",
      time: now.toISOString(),
      decisionId: timeOrderedId(now),
      requestId: "gateway-request",
      outcome: "implicitDeny",
      account: "100000000000",
      principal: "arn:aws:iam::100000000000:user/ana",
      userId: "AIDAANA",
      action: "orders:GetOrder",
      resource: "arn:aws:orders:us-east-1:100000000000:order/1",
      region: "us-east-1",
      audit: [{ account: "100000000000", id: timeOrderedId(now), ...packEvent(DENIED_EVENT) }],
    };
    const lost = { type: "lost", account: "100000000000", lines: 3 };
    const logEvents = [line, line, lost].map((each) => ({ message: JSON.stringify(each) }));
    const data = gzipSync(JSON.stringify({ messageType: "DATA_MESSAGE", logEvents }));
    await functions.usage.invoke({ awslogs: { data: data.toString("base64") } });
    const { Decision } = await records.getDecision({ RequestId: "gateway-request" });
    expect(Decision).toMatchObject({ DecisionId: line.decisionId, Action: "orders:GetOrder" });
    const { Decisions, DroppedDecisions } = await records.listDecisions();
    expect([Decisions.length, DroppedDecisions]).toEqual([1, 3]);
    const PrincipalArn = "arn:aws:iam::100000000000:user/ana";
    await records.startTrace({ PrincipalArn });
    expect((await records.listTraces()).Traces).toMatchObject([{ PrincipalArn }]);
    await records.stopTrace({ PrincipalArn });
    const trail = new CloudTrailClient({
      endpoint: `${control}/cloudtrail`,
      region: "us-east-1",
      credentials: rita,
      maxAttempts: 1,
    });
    const { Events } = await trail.send(new LookupEventsCommand({}));
    expect(Events?.slice(0, 2).map(({ EventName }) => EventName)).toEqual([
      "StopTrace",
      "StartTrace",
    ]);
    expect(Events?.map(({ EventName }) => EventName)).toContain("DeleteUser");
  });

  test("archive a finding, and restore it", async () => {
    const client = createPortcullisClient({
      endpoint: `${control}/portcullis`,
      credentials: root,
    });
    const FindingId = "00000000-0000-0000-0000-000000000001";
    await client.archiveFinding({
      FindingId,
      Reason: "Intended.",
      ResourceArn: "arn:aws:iam::100000000000:role/deploy",
      Title: "The role trusts a principal outside the account",
    });
    expect((await client.listArchivedFindings()).Findings).toMatchObject([{ FindingId }]);
    await client.restoreFinding({ FindingId });
    expect((await client.listArchivedFindings()).Findings).toEqual([]);
  });

  test("know the protected APIs: their routes, and the names of their actions", async () => {
    const client = createPortcullisClient({
      endpoint: `${control}/portcullis`,
      credentials: root,
    });
    const { Apis, Services } = await client.getServiceReference();
    expect(Apis).toMatchObject([{ ApiId: "orders", Kind: "HTTP", Stage: "$default" }]);
    expect(Services).toMatchObject([{ Name: "orders" }]);
    const analyzer = new AccessAnalyzerClient({
      endpoint: `${control}/access-analyzer`,
      region: "us-east-1",
      credentials: root,
      maxAttempts: 1,
    });
    const { findings } = await analyzer.send(
      new ValidatePolicyCommand({
        policyType: "IDENTITY_POLICY",
        policyDocument: policy("orders:ListOrder"),
      }),
    );
    expect(findings).toMatchObject([
      {
        issueCode: "INVALID_ACTION",
        findingDetails: expect.stringContaining("orders:ListOrders"),
      },
    ]);
    const arn = "arn:aws:iam::aws:policy/OrdersReadOnlyAccess";
    expect((await iam().send(new GetPolicyCommand({ PolicyArn: arn }))).Policy?.Arn).toBe(arn);
  });

  test.each(FUNCTION_NAMES)("%s needs all that its role allows, and no more", (name) => {
    const { aws, statements } = functions[name];
    const calls = [...aws.calls, ...callsOfLambda(stage, functions[name].name)];
    expect(aws.refused).toEqual([]);
    expect(calls.filter((made) => !rolePolicy(statements)(made))).toEqual([]);
    expect(notNeeded(statements, calls)).toEqual([]);
  });

  describe("with X-Ray", () => {
    let traced: Deployment;
    beforeAll(async () => {
      traced = await deployment({
        stage: "production",
        secrets: ROOT_KEY,
        variables: { PORTCULLIS_XRAY: "on" },
      });
    }, 120_000);

    test.each(FUNCTION_NAMES)("%s needs what it needs without, and to write traces", (name) => {
      const { statements } = role(traced, functions[name].name);
      const needed = [...functions[name].aws.calls, ...callsOfLambda(traced, functions[name].name)];
      expect(needed.map(({ action }) => action)).toContain("xray:PutTraceSegments");
      expect(needed.filter((made) => !rolePolicy(statements)(made))).toEqual([]);
      expect(notNeeded(statements, needed)).toEqual([]);
      expect(statements).toHaveLength(functions[name].statements.length + 1);
    });
  });
});
