import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetOpenIDConnectProviderCommand,
  GetSAMLProviderCommand,
  ListOpenIDConnectProvidersCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect, it } from "vitest";
import { samlMetadata } from "../support/saml-metadata.ts";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

const document = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

const THUMBPRINT = "a".repeat(40);

describeConsole("identity providers in the console", (console) => {
  const arnOf = (type: "oidc" | "saml", name: string) =>
    `arn:aws:iam::${console.installation.account}:${type}-provider/${name}`;
  const address = (arn: string) => `/providers/${encodeURIComponent(arn)}`;

  it("are created for OIDC from the empty list, with audiences and a thumbprint", async () => {
    const { iam } = console.installation;
    const page = await console.open("/providers", { as: ROOT });
    await page.getByText("This account has no identity providers.").waitFor();
    await page.getByRole("link", { name: "Create provider" }).first().click();
    await page.getByRole("button", { name: "Create provider" }).click();
    await page.getByText("Enter an address that begins with https://.").waitFor();
    await page.getByText("Enter an audience.").waitFor();
    await page.getByLabel("Provider URL").fill("https://id.example.com/realm");
    await page.getByLabel("Audiences").fill("shop\n second ");
    await page.getByLabel("Thumbprints (optional)").fill("abc");
    await page.getByText("A thumbprint has 40 hexadecimal digits.").waitFor();
    await page.getByLabel("Thumbprints (optional)").fill(THUMBPRINT);
    await page.getByRole("button", { name: "Show as CLI" }).click();
    await page.getByText(/--client-id-list shop second/).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create provider" }).click();
    await page.getByText("Created the provider.").first().waitFor();
    await page.getByRole("link", { name: "id.example.com/realm" }).waitFor();
    const made = await iam.send(
      new GetOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: arnOf("oidc", "id.example.com/realm"),
      }),
    );
    expect(made.ClientIDList).toEqual(["shop", "second"]);
    expect(made.ThumbprintList).toEqual([THUMBPRINT]);
  });

  it("change their audiences and thumbprints, and show the roles that trust them", async () => {
    const { iam } = console.installation;
    const OpenIDConnectProviderArn = arnOf("oidc", "two.example.com");
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://two.example.com",
        ClientIDList: ["old"],
      }),
    );
    await iam.send(
      new CreateRoleCommand({
        RoleName: "deployer",
        AssumeRolePolicyDocument: document({
          Principal: { Federated: OpenIDConnectProviderArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { "two.example.com:aud": "old" } },
        }),
      }),
    );
    const page = await console.open(address(OpenIDConnectProviderArn), { as: ROOT });
    await page.getByRole("link", { name: "deployer" }).waitFor();
    await page.getByRole("button", { name: "Edit audiences" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Audiences").fill("new\n<b>&");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the audiences.").first().waitFor();
    await page.getByText("<b>&").waitFor();
    await page.getByRole("button", { name: "Edit thumbprints" }).click();
    await dialog.getByLabel("Thumbprints").fill("zz");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("A thumbprint has 40 hexadecimal digits.").waitFor();
    await dialog.getByLabel("Thumbprints").fill(THUMBPRINT);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved the thumbprints.").first().waitFor();
    await expectLoaded(page);
    await expectAccessible(page);
    const { ClientIDList, ThumbprintList } = await iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }),
    );
    expect(ClientIDList).toEqual(["new", "<b>&"]);
    expect(ThumbprintList).toEqual([THUMBPRINT]);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByLabel("To confirm, type two.example.com").fill("two.example.com");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("Deleted provider two.example.com.").first().waitFor();
    const { OpenIDConnectProviderList = [] } = await iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    );
    expect(OpenIDConnectProviderList.map(({ Arn }) => Arn)).not.toContain(OpenIDConnectProviderArn);
  });

  it("are created for SAML from a file, and say when their metadata expires", async () => {
    const { iam } = console.installation;
    const page = await console.open("/create-provider", { as: ROOT });
    await page.getByLabel("SAML 2.0").check();
    await page.getByLabel("Provider name").fill("corp");
    await page.locator('input[type="file"]').setInputFiles({
      name: "metadata.xml",
      mimeType: "application/xml",
      buffer: Buffer.from("not xml"),
    });
    await page.getByRole("button", { name: "Create provider" }).click();
    // The server's own words, and the form stays.
    await page.getByText("The call failed").waitFor();
    const until = new Date(Date.now() + 10 * 86_400_000).toISOString();
    await page
      .getByLabel("Metadata")
      .fill(samlMetadata({ attributes: `entityID="https://i" validUntil="${until}"` }));
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create provider" }).click();
    await page.getByText("Created the provider.").first().waitFor();
    await page.getByRole("link", { name: "corp" }).click();
    await page.getByText("Metadata expires").waitFor();
    await page.getByText("No role trusts this provider").waitFor();
    await page.getByRole("button", { name: "Replace metadata" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Metadata").fill(samlMetadata());
    await dialog.getByRole("button", { name: "Replace" }).click();
    await page.getByText("Replaced the metadata.").first().waitFor();
    await expectAccessible(page);
    const { SAMLMetadataDocument } = await iam.send(
      new GetSAMLProviderCommand({ SAMLProviderArn: arnOf("saml", "corp") }),
    );
    expect(SAMLMetadataDocument).toBe(samlMetadata());
  });

  it("name what may not be listed, and show the rest", async () => {
    const reader = await console.makeUser("provider-reader");
    await console.installation.iam.send(
      new PutUserPolicyCommand({
        UserName: "provider-reader",
        PolicyName: "read",
        PolicyDocument: document({ Action: "iam:ListOpenIDConnectProviders", Resource: "*" }),
      }),
    );
    const page = await console.open("/providers", { as: reader });
    await page.getByText("You don't have permission: iam:ListSAMLProviders").waitFor();
    await page.getByRole("link", { name: "id.example.com/realm" }).click();
    await page
      .getByText("You don't have permission: iam:GetOpenIDConnectProvider")
      .first()
      .waitFor();
    await page.getByText("You don't have permission: iam:ListRoles").waitFor();
    await expectAccessible(page);
  });
});
