import {
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
} from "@aws-sdk/client-iam";
import { beforeAll, expect, it } from "vitest";
import { LONG_NAME, PAGES } from "./pages.ts";
import { expectAccessible, expectLoaded } from "./support/accessible.ts";
import { ROOT } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";

describeConsole("every page of the console", (console) => {
  beforeAll(async () => {
    for (const name of ["ana", LONG_NAME]) await console.makeUser(name);
    const { iam, account } = console.installation;
    await iam.send(new CreateGroupCommand({ GroupName: "readers" }));
    await iam.send(
      new CreateRoleCommand({
        RoleName: "auditor",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${account}:user/ana` },
              Action: "sts:AssumeRole",
            },
          ],
        }),
      }),
    );
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://id.example.com",
        ClientIDList: ["shop"],
      }),
    );
  });

  for (const [path, heading, title = heading] of PAGES)
    it(`${path} has one h1, fits a narrow window, and is accessible`, async () => {
      const page = await console.open(path, { as: ROOT });
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await expectLoaded(page);
      expect(await page.locator("h1").count()).toBe(1);
      expect(await page.title()).toBe(`${title} | Portcullis`);
      await expectAccessible(page);
      await page.setViewportSize({ width: 320, height: 640 });
      await page.getByRole("button", { name: "Navigation" }).click();
      const overflow = () =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await page.evaluate(overflow)).toBe(0);
    });
});
