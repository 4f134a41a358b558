import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { expect, it } from "vitest";
import { startCommand } from "../portcullis/running-command.ts";
import { allow, document } from "../support/people.ts";
import { expectAccessible } from "./support/accessible.ts";
import { type ConsoleTest, PASSWORD } from "./support/console.ts";
import { describeConsole } from "./support/describe-console.ts";
import { signInByForm } from "./support/sign-in-form.ts";
import type { Person } from "./support/stored-session.ts";

/** `portcullis login` in a home of its own, whose browser is opened by the test. */
function startLogin({ installation }: ConsoleTest) {
  const home = mkdtempSync(join(tmpdir(), "login-"));
  const endpoint = installation.local.controlUrl;
  const command = startCommand(["login", "--profile", "dev", "--endpoint", endpoint], {
    HOME: home,
    BROWSER: "true",
  });
  const link = async () => (await command.written(/^(http:\S+\/v1\/authorize\?\S+)$/m))[1] ?? "";
  return { command, link, home };
}

async function mayLogIn({ installation, makeUser }: ConsoleTest, name: string): Promise<Person> {
  const person = await makeUser(name);
  await installation.iam.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: "login",
      PolicyDocument: document(allow("signin:AuthorizeOAuth2Access")),
    }),
  );
  return person;
}

describeConsole("logging a command in by the console", (console) => {
  it("asks who signs in, names what is granted, and gives it by a click", async () => {
    await mayLogIn(console, "ana");
    const { command, link, home } = startLogin(console);
    const page = await console.open(`/sign-in/${console.installation.account}`, {
      ownContext: true,
    });
    const referrers: Promise<string>[] = [];
    page.on("request", (request) =>
      referrers.push(request.allHeaders().then(({ referer = "" }) => referer)),
    );
    await page.goto(await link());
    await page.getByLabel("Account ID or alias").fill(console.installation.account);
    await signInByForm(page, "ana", PASSWORD);
    await page.getByRole("heading", { level: 1, name: "Log in to a command" }).waitFor();
    const port = new URL(new URL(page.url()).searchParams.get("redirect_uri") ?? "").port;
    const main = page.getByRole("main");
    await main.getByText("ana", { exact: true }).waitFor();
    await main.getByText(console.installation.account).waitFor();
    await main.getByText("arn:aws:signin:::devtools/same-device").waitFor();
    await main.getByText(`this computer, port ${port}`).waitFor();
    await expectAccessible(page);
    expect(command.output()).not.toContain("You are logged in");

    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByText("You are logged in. You can close this window.").waitFor();
    expect(page.url()).toBe(`http://127.0.0.1:${port}/oauth/done`);
    await command.written(/You are logged in as arn:aws:iam::\d{12}:user\/ana until /);
    expect(readFileSync(join(home, ".aws/config"), "utf8")).toContain("[profile dev]");
    // The console sends no referrer, so the code's address reaches nobody.
    expect(new Set(await Promise.all(referrers))).toEqual(new Set([""]));
    await page.goBack();
    expect(page.url()).not.toContain("code=");
    await command.stop();
  });

  it("tells the command when the person declines", async () => {
    const ben = await mayLogIn(console, "ben");
    const { command, link } = startLogin(console);
    const ended = once(command.process, "close");
    const page = await console.open("/", { as: ben });
    await page.goto(await link());
    await page.getByRole("button", { name: "Decline" }).click();
    await page.getByText("The login was declined. You can close this window.").waitFor();
    await command.written(/portcullis: The login was declined in the browser\./);
    expect((await ended)[0]).toBe(1);
  });

  it("grants nothing without the permission, and says which one is missing", async () => {
    const person = await console.makeUser("cleo");
    const { command, link } = startLogin(console);
    const page = await console.open("/", { as: person });
    await page.goto(await link());
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByText("You don't have permission: signin:AuthorizeOAuth2Access").waitFor();
    expect(command.output()).not.toContain("You are logged in");
    await command.stop();
  });

  it("has no button for a link that leads elsewhere", async () => {
    const dan = await mayLogIn(console, "dan");
    const page = await console.open("/", { as: dan });
    const right = {
      client_id: "arn:aws:signin:::devtools/same-device",
      code_challenge: "a".repeat(43),
      code_challenge_method: "S256",
      state: "0123456789abcdef",
    };
    for (const redirect_uri of [
      "https://evil.example/",
      "http://localhost:1234/oauth/callback",
      "http://127.0.0.1:1234/login/redirect",
      "http://127.0.0.1:1234@evil.example/",
      "http://127.0.0.1.evil.example/",
      "javascript:alert(1)",
      "",
    ]) {
      const query = new URLSearchParams({ ...right, redirect_uri });
      await page.goto(`${console.url}/authorize?${query}`);
      await page.getByText("This is not the link of a login").waitFor();
      expect(await page.getByRole("button", { name: "Allow" }).count()).toBe(0);
    }
  });

  it("can't be put into a frame, where a click could be stolen", async () => {
    const answer = await fetch(`${console.url}/authorize`);
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  });
});
