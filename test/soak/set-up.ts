import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as sts from "@aws-sdk/client-sts";
import { credentialsOf } from "../support/harness.ts";
import { thumbprintOf } from "../support/identity-provider.ts";
import { CLIENT, type OidcIssuer } from "../support/oidc-issuer.ts";
import { ADMINISTRATOR, addUser } from "../support/tenant.ts";
import { type Product, ROOT } from "./product.ts";
import type { Tenant } from "./tenant-run.ts";

export const PASSWORD = "Correct horse battery staple 1";
export const ALLOW = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "orders:ListOrders", Resource: "*" },
});

const trust = (principal: object, action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: principal, Action: action },
  });

/** Opens an organization with member accounts, each with users, roles and an identity provider. */
export async function openTenants(
  { controlUrl }: Product,
  issuer: OidcIssuer,
  count: number,
): Promise<readonly Tenant[]> {
  const options = { endpoint: controlUrl, region: "us-east-1", maxAttempts: 3 };
  const root = { ...options, credentials: ROOT };
  const client = new organizations.OrganizationsClient(root);
  await client.send(new organizations.CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const operator = await addUser(new iam.IAMClient(root), "operator", [ADMINISTRATOR]);
  const tenants: Tenant[] = [];
  for (let index = 0; index < count; index++) {
    const { CreateAccountStatus } = await client.send(
      new organizations.CreateAccountCommand({
        AccountName: `tenant-${index}`,
        Email: `tenant-${index}@example.com`,
      }),
    );
    const account = CreateAccountStatus?.AccountId ?? "";
    const entered = await new sts.STSClient({ ...options, credentials: operator }).send(
      new sts.AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
        RoleSessionName: "soak",
      }),
    );
    const session = credentialsOf(entered.Credentials);
    tenants.push(
      await openTenant(new iam.IAMClient({ ...options, credentials: session }), account, issuer),
    );
  }
  return tenants;
}

async function openTenant(
  client: iam.IAMClient,
  account: string,
  issuer: OidcIssuer,
): Promise<Tenant> {
  const admin = await addUser(client, "admin", [ADMINISTRATOR]);
  const caller = await addUser(client, "caller");
  const put = (PolicyName: string, PolicyDocument: string) =>
    client.send(new iam.PutUserPolicyCommand({ UserName: "caller", PolicyName, PolicyDocument }));
  await put("orders", ALLOW);
  await put("assume", ALLOW.replace("orders:ListOrders", "sts:AssumeRole"));
  await addUser(client, "person", [ADMINISTRATOR]);
  for (const UserName of ["caller", "person"])
    await client.send(new iam.CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
  const { OpenIDConnectProviderArn } = await client.send(
    new iam.CreateOpenIDConnectProviderCommand({
      Url: issuer.url,
      ClientIDList: [CLIENT],
      ThumbprintList: [thumbprintOf("authority")],
    }),
  );
  const role = async (RoleName: string, AssumeRolePolicyDocument: string) => {
    const { Role } = await client.send(
      new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }),
    );
    const policy = { RoleName, PolicyName: "orders", PolicyDocument: ALLOW };
    await client.send(new iam.PutRolePolicyCommand(policy));
    return Role?.Arn ?? "";
  };
  return {
    account,
    admin,
    caller,
    role: await role("soak", trust({ AWS: account }, "sts:AssumeRole")),
    federatedRole: await role(
      "federated",
      trust({ Federated: OpenIDConnectProviderArn }, "sts:AssumeRoleWithWebIdentity"),
    ),
  };
}
