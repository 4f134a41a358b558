import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  ListUsersCommand,
  UpdateLoginProfileCommand,
  UploadServerCertificateCommand,
} from "@aws-sdk/client-iam";
import { CreateOrganizationCommand } from "@aws-sdk/client-organizations";
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  AssumeRoleWithWebIdentityCommand,
  DecodeAuthorizationMessageCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeCertificate } from "../support/certificate.ts";
import { send, startInstallation, type TestInstallation } from "../support/harness.ts";
import { allow, user } from "../support/people.ts";

let here: TestInstallation;
beforeAll(async () => {
  here = await startInstallation();
});
afterAll(() => here.stop());

const SECRET = "Th1s-1s-A-Secret-That-Nobody-May-Read-1n-A-Log";
const settled = (answer: Promise<unknown>) => answer.catch((error: unknown) => error);

it("never holds what was sent as a secret, or in the wrong place", async () => {
  const own = await user(here, "ann", allow("*"));
  const { iam } = here;
  const sts = here.stsAs(own);
  const RoleArn = `arn:aws:iam::${here.account}:role/none`;
  const PrincipalArn = `arn:aws:iam::${here.account}:saml-provider/none`;
  const long = SECRET.repeat(10_000);
  const jwt = [
    "e30",
    Buffer.from(JSON.stringify({ iss: "https://x.example", sub: SECRET })),
    SECRET,
  ]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  const PrivateKey = `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`;
  const { certificate: CertificateBody } = makeCertificate("x");
  for (const Password of [SECRET, long, `${SECRET}\u0000`]) {
    await settled(iam.send(new CreateLoginProfileCommand({ UserName: "ann", Password })));
    await settled(iam.send(new UpdateLoginProfileCommand({ UserName: "ann", Password })));
    const change = new ChangePasswordCommand({ OldPassword: Password, NewPassword: Password });
    await settled(here.iamAs(own).send(change));
  }
  const upload = { ServerCertificateName: "x", CertificateBody, PrivateKey };
  await settled(iam.send(new UploadServerCertificateCommand(upload)));
  for (const token of [jwt, long, SECRET]) {
    const web = { RoleArn, RoleSessionName: "one", WebIdentityToken: token };
    await settled(sts.send(new AssumeRoleWithWebIdentityCommand(web)));
    const saml = { RoleArn, PrincipalArn, SAMLAssertion: token };
    await settled(sts.send(new AssumeRoleWithSAMLCommand(saml)));
    await settled(sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: token })));
  }
  const code = { SerialNumber: "arn:aws:iam::100000000000:mfa/x", TokenCode: SECRET };
  await settled(sts.send(new GetSessionTokenCommand(code)));
  const external = { RoleArn, RoleSessionName: "one", ExternalId: `${SECRET}#`, ...code };
  await settled(sts.send(new AssumeRoleCommand(external)));
  const create = new CreateUserCommand({ UserName: "bob" });
  await settled(here.iamAs({ accessKeyId: SECRET, secretAccessKey: SECRET }).send(create));
  await settled(here.iamAs({ ...own, sessionToken: SECRET }).send(create));

  const { controlUrl, apiUrl } = here.local;
  const { host } = new URL(controlUrl);
  const form = { host, "content-type": "application/x-www-form-urlencoded" };
  const json = JSON.stringify({ password: SECRET });
  await send(controlUrl, "POST", "/iam", form, `${json}&${json}`);
  for (const place of [
    `Action=${SECRET}`,
    `Action=GetUser&Version=${SECRET}`,
    `Action=${"x ".repeat(99)}${SECRET}`,
  ])
    await send(controlUrl, "POST", "/iam", form, place);
  const target = {
    host,
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `${SECRET}.${SECRET}`,
  };
  await send(controlUrl, "POST", "/organizations", target, "{}");
  for (const Credential of [`AKIA/${SECRET}`, `AKIA/20260101/${SECRET}/iam/aws4_request`]) {
    const authorization = `AWS4-HMAC-SHA256 Credential=${Credential}, SignedHeaders=host, Signature=${"0".repeat(64)}`;
    const headers = { ...form, authorization, "x-amz-date": "20260101T000000Z" };
    await send(controlUrl, "POST", "/iam", headers, "Action=GetUser&Version=2010-05-08");
  }
  const signIn = (members: object) =>
    send(
      controlUrl,
      "POST",
      "/signin",
      { host, "content-type": "application/json" },
      JSON.stringify(members),
    );
  await signIn({ account: here.account, userName: "ann", password: SECRET, mfaCode: "123456" });
  await signIn({ account: SECRET, userName: "ann", password: SECRET });
  await here.call(own, "GET", `/whoami?X-Amz-Security-Token=${SECRET}`);
  for (const authorization of [`Bearer ${jwt}`, `Basic ${SECRET}`, SECRET])
    await send(apiUrl, "GET", "/whoami", { host: new URL(apiUrl).host, authorization });

  expect(here.decisions.length).toBeGreaterThan(30);
  const lines = here.decisions.map((line) => JSON.stringify(line));
  expect(lines.filter((line) => line.includes(SECRET.slice(0, 20)))).toEqual([]);
}, 60_000);

it("judges the control API's requests by the caller's organization, too", async () => {
  const { Organization } = await here.organizations.send(
    new CreateOrganizationCommand({ FeatureSet: "ALL" }),
  );
  const only = (operator: string, name: string) =>
    user(here, name, {
      ...allow("iam:ListUsers"),
      Condition: { [operator]: { "aws:PrincipalOrgID": Organization?.Id } },
    });
  const list = (credentials: Awaited<ReturnType<typeof only>>) =>
    here.iamAs(credentials).send(new ListUsersCommand({}));
  await expect(list(await only("StringEquals", "inside"))).resolves.toBeDefined();
  await expect(list(await only("StringNotEquals", "outside"))).rejects.toThrow("is not authorized");
});
