import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  EnableMFADeviceCommand,
  PutUserPolicyCommand,
  UntagUserCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { portcullisCommand } from "../../../packages/console/src/api/portcullis-command.ts";
import { cliCommand, kebab } from "../../../packages/console/src/cli/cli-command.ts";

const ENDPOINT = "http://127.0.0.1:4000";
const cli = (command: Parameters<typeof cliCommand>[0]) =>
  cliCommand(command, ENDPOINT)
    .replaceAll(" \\\n  ", " ")
    .replace(` --endpoint-url ${ENDPOINT}`, "");

describe("show as CLI", () => {
  it.each([
    ["ListMFADevices", "list-mfa-devices"],
    ["CreateOpenIDConnectProvider", "create-open-id-connect-provider"],
    ["UpdateSAMLProvider", "update-saml-provider"],
    ["AuthenticationCode1", "authentication-code1"],
    ["ListSSHPublicKeys", "list-ssh-public-keys"],
    ["SSHPublicKeyId", "ssh-public-key-id"],
    ["PolicySourceArn", "policy-source-arn"],
    ["ServerCertificateName", "server-certificate-name"],
  ])("spells %s as the AWS CLI does: %s", (name, spelt) => {
    expect(kebab(name)).toBe(spelt);
  });

  it("fills values in, and quotes them for a shell", () => {
    expect(
      cli(
        new CreateUserCommand({
          UserName: "ana",
          Path: "/o'brien/",
          Tags: [
            { Key: "team", Value: "a" },
            { Key: "cost", Value: "$(x)" },
          ],
        }),
      ),
    ).toBe(
      "aws iam create-user --user-name ana --path '/o'\\''brien/' --tags Key=team,Value=a 'Key=cost,Value=$(x)'",
    );
    expect(cli(new UntagUserCommand({ UserName: "ana", TagKeys: ["a b", "c"] }))).toBe(
      "aws iam untag-user --user-name ana --tag-keys 'a b' c",
    );
    expect(cli(new AssumeRoleCommand({ RoleArn: "a", RoleSessionName: "s" }))).toBe(
      "aws sts assume-role --role-arn a --role-session-name s",
    );
  });

  it("gives tags that the shorthand can't express as JSON, and documents whole", () => {
    const Tags = [{ Key: "a,b", Value: "c=d" }];
    expect(cli(new CreateUserCommand({ UserName: "ana", Tags }))).toBe(
      `aws iam create-user --user-name ana --tags '[{"Key":"a,b","Value":"c=d"}]'`,
    );
    const PolicyDocument = '{"Version":"2012-10-17"}';
    expect(cli(new PutUserPolicyCommand({ UserName: "a", PolicyName: "p", PolicyDocument }))).toBe(
      `aws iam put-user-policy --user-name a --policy-name p --policy-document '${PolicyDocument}'`,
    );
  });

  it("signs a call of the installation's own service with curl", () => {
    const PrincipalArn = "arn:aws:iam::100000000000:user/o'brien";
    expect(cliCommand(portcullisCommand("startTrace", { PrincipalArn }), ENDPOINT)).toBe(
      [
        "curl http://127.0.0.1:4000/portcullis",
        "--aws-sigv4 aws:amz:us-east-1:portcullis",
        '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
        '${AWS_SESSION_TOKEN:+-H"x-amz-security-token: $AWS_SESSION_TOKEN"}',
        "--header 'content-type: application/x-amz-json-1.1'",
        "--header 'x-amz-target: Portcullis.StartTrace'",
        `--data '{"PrincipalArn":"arn:aws:iam::100000000000:user/o'\\''brien"}'`,
      ].join(" \\\n  "),
    );
  });

  it("says yes and no by flags", () => {
    expect(
      cli(new UpdateAccountPasswordPolicyCommand({ RequireSymbols: true, RequireNumbers: false })),
    ).toBe("aws iam update-account-password-policy --require-symbols --no-require-numbers");
  });

  it("leaves secrets out", () => {
    const command = cli(
      new CreateLoginProfileCommand({
        UserName: "ana",
        Password: "hunter2",
        PasswordResetRequired: true,
      }),
    );
    expect(command).toBe(
      'aws iam create-login-profile --user-name ana --password "$PASSWORD" --password-reset-required',
    );
    expect(
      cli(
        new EnableMFADeviceCommand({
          UserName: "a",
          SerialNumber: "s",
          AuthenticationCode1: "1",
          AuthenticationCode2: "2",
        }),
      ),
    ).toContain("--authentication-code1 1 --authentication-code2 2");
  });
});
