import { CreateLoginProfileCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { buildConsole, readConsoleFiles } from "@portcullis/local/console";
import type { Page } from "playwright-core";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { launchBrowser, sharedBrowser } from "./browser.ts";
import { type Person, storedSessions } from "./stored-session.ts";
import { openTabs, type TabOptions } from "./tabs.ts";

/** The product with its console, and a browser: one of each for a test file. */
export interface ConsoleTest {
  readonly installation: TestInstallation;
  /** `http://127.0.0.1:<port>/console` */
  readonly url: string;
  /** A page whose storage is empty but for the session. */
  readonly open: (path: string, options?: OpenOptions) => Promise<Page>;
  /** A user with a password, and with an inline policy when statements are given. */
  readonly makeUser: (name: string) => Promise<Person>;
  /** What went wrong in any page since the last call: policy violations, errors in the console. */
  readonly faults: () => readonly string[];
  readonly closePages: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface OpenOptions extends Omit<TabOptions, "stored"> {
  /** Signed in beforehand; absent: the sign-in page opens. */
  readonly as?: Person;
}

export const ROOT: Person = {
  kind: "root",
  name: "root@localhost",
  password: "the root password of the tests, 1",
};

export const PASSWORD = "a good pAssword 1!";

type InstallationOptions = NonNullable<Parameters<typeof startInstallation>[0]>;

interface ConsoleOptions extends Pick<InstallationOptions, "observe"> {
  /** Else the browser is that of all test files. */
  readonly ownBrowser?: boolean;
}

export async function startConsole(options: ConsoleOptions = {}): Promise<ConsoleTest> {
  const files = readConsoleFiles(await buildConsole(() => {}));
  const { ownBrowser = true, ...installationOptions } = options;
  const [installation, browser] = await Promise.all([
    startInstallation({ ...installationOptions, console: async () => files }),
    ownBrowser ? launchBrowser() : sharedBrowser(),
  ]);
  const url = `${installation.local.controlUrl}/console`;
  const tabs = openTabs(browser, `${url}/favicon.svg`);
  const sessions = storedSessions(installation);
  return {
    installation,
    url,
    async open(path, { as, ...options } = {}) {
      const stored = as && { "portcullis.session": await sessions.of(as) };
      const page = await tabs.open({ ...options, ...(stored && { stored }) });
      await page.goto(`${url}${path}`);
      return page;
    },
    makeUser(name) {
      sessions.forget(name);
      return makeUser(installation, name);
    },
    faults: tabs.faults,
    closePages: tabs.close,
    async stop() {
      await tabs.closeAll();
      if (ownBrowser) await browser.close();
      await installation.stop();
    },
  };
}

async function makeUser({ iam }: TestInstallation, name: string): Promise<Person> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD }));
  return { kind: "user", name, password: PASSWORD };
}
