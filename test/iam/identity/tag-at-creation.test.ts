import { generateKeyPairSync } from "node:crypto";
import {
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  UploadServerCertificateCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand as CreateServiceControlPolicyCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { allow, deny, document, user } from "../../support/people.ts";
import { roleTrust } from "../../support/trust.ts";

let here: TestInstallation;
beforeAll(async () => {
  here = await startInstallation();
});
afterAll(() => here.stop());

const Tags = [{ Key: "team", Value: "admins" }];
const sentence = (answer: Promise<unknown>) =>
  answer.then(
    () => "done",
    (error: Error) => error.message,
  );

it("IAM UG/id_tags: creating something with tags requires the permission to tag it", async () => {
  const maker = here.iamAs(
    await user(
      here,
      "maker",
      allow(["iam:Create*", "iam:Upload*"]),
      deny(["iam:TagRole", "iam:TagUser"]),
    ),
  );
  const trust = roleTrust(here.account);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const made: Readonly<Record<string, () => Promise<unknown>>> = {
    TagUser: () => maker.send(new CreateUserCommand({ UserName: "a", Tags })),
    TagRole: () =>
      maker.send(new CreateRoleCommand({ RoleName: "a", AssumeRolePolicyDocument: trust, Tags })),
    TagPolicy: () =>
      maker.send(
        new CreatePolicyCommand({ PolicyName: "a", PolicyDocument: document(allow("a:b")), Tags }),
      ),
    TagInstanceProfile: () =>
      maker.send(new CreateInstanceProfileCommand({ InstanceProfileName: "a", Tags })),
    TagMFADevice: () =>
      maker.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "a", Tags })),
    TagOpenIDConnectProvider: () =>
      maker.send(new CreateOpenIDConnectProviderCommand({ Url: "https://idp.example.com", Tags })),
    TagSAMLProvider: () =>
      maker.send(
        new CreateSAMLProviderCommand({ Name: "a", SAMLMetadataDocument: "x".repeat(1000), Tags }),
      ),
    TagServerCertificate: () =>
      maker.send(
        new UploadServerCertificateCommand({
          ServerCertificateName: "a",
          CertificateBody: "x",
          PrivateKey: key,
          Tags,
        }),
      ),
  };
  for (const [action, answer] of Object.entries(made))
    expect(await sentence(answer())).toContain(
      `is not authorized to perform: iam:${action} on resource: `,
    );
  expect(await sentence(maker.send(new CreateUserCommand({ UserName: "a" })))).toBe("done");
});

it("Organizations UG/orgs_tagging: the same of accounts, units and policies", async () => {
  await here.organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { Roots } = await here.organizations.send(new ListRootsCommand({}));
  const maker = here.organizationsAs(await user(here, "opener", allow("organizations:Create*")));
  const made = [
    maker.send(new CreateAccountCommand({ AccountName: "a", Email: "a@example.com", Tags })),
    maker.send(new CreateOrganizationalUnitCommand({ ParentId: Roots?.[0]?.Id, Name: "a", Tags })),
    maker.send(
      new CreateServiceControlPolicyCommand({
        Name: "a",
        Description: "",
        Type: "SERVICE_CONTROL_POLICY",
        Content: document(allow("*")),
        Tags,
      }),
    ),
  ];
  for (const answer of await Promise.all(made.map(sentence)))
    expect(answer).toContain("is not authorized to perform: organizations:TagResource");
});
