import { CreateLoginProfileCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { buildConsole, readConsoleFiles } from "@portcullis/local/console";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { launchBrowser } from "./browser.ts";

/** The product with its console, and a browser: one of each for a test file. */
export interface ConsoleTest {
  readonly installation: TestInstallation;
  /** `http://127.0.0.1:<port>/console` */
  readonly url: string;
  /** A page in a context of its own, its storage empty. */
  readonly open: (path: string, options?: OpenOptions) => Promise<Page>;
  /** A user with a password, and with an inline policy when statements are given. */
  readonly makeUser: (name: string) => Promise<Person>;
  /** What went wrong in any page since the last call: policy violations, errors in the console. */
  readonly faults: () => readonly string[];
  readonly closePages: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface Person {
  readonly kind: "user" | "root";
  readonly name: string;
  readonly password: string;
}

export interface OpenOptions extends BrowserContextOptions {
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

/** Chromium reports each answer of 400 or more as an error: those are the console's daily bread. */
const EXPECTED = /^Failed to load resource: the server responded with a status of/;

export async function startConsole(
  options: Pick<InstallationOptions, "observe"> = {},
): Promise<ConsoleTest> {
  const files = readConsoleFiles(await buildConsole(() => {}));
  const [installation, browser] = await Promise.all([
    startInstallation({ ...options, console: async () => files }),
    launchBrowser(),
  ]);
  const url = `${installation.local.controlUrl}/console`;
  const contexts = new Set<BrowserContext>();
  let faults: string[] = [];

  const open = async (path: string, { as, ...options }: OpenOptions = {}) => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(15_000);
    contexts.add(context);
    watch(context, (fault) => faults.push(fault));
    if (as !== undefined) await signInBeforehand(context, installation, as);
    const page = await context.newPage();
    await page.goto(`${url}${path}`);
    return page;
  };
  return {
    installation,
    url,
    open,
    makeUser: (name) => makeUser(installation, name),
    faults: () => {
      const found = faults;
      faults = [];
      return found;
    },
    closePages: async () => {
      for (const context of contexts) {
        // A handler may be in the middle of a call that nobody waits for any more.
        for (const page of context.pages()) await page.unrouteAll({ behavior: "ignoreErrors" });
        await context.unrouteAll({ behavior: "ignoreErrors" });
        await context.close();
      }
      contexts.clear();
    },
    stop: async () => {
      await stopAll(browser, installation);
    },
  };
}

async function stopAll(browser: Browser, installation: TestInstallation): Promise<void> {
  await browser.close();
  await installation.stop();
}

function watch(context: BrowserContext, report: (fault: string) => void): void {
  context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !EXPECTED.test(message.text()))
      report(message.text());
  });
  context.on("weberror", (error) => report(String(error.error())));
}

/** Puts a session where the console keeps it, as the sign-in page does. */
async function signInBeforehand(
  context: BrowserContext,
  installation: TestInstallation,
  { kind, name, password }: Person,
): Promise<void> {
  const response = await fetch(`${installation.local.controlUrl}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      account: installation.account,
      [kind === "root" ? "email" : "userName"]: name,
      password,
    }),
  });
  if (!response.ok) throw new Error(`signing in as ${name} was answered ${response.status}`);
  const { credentials } = (await response.json()) as { credentials: Record<string, string> };
  const session = {
    identity: { kind, name, account: installation.account, accountId: installation.account },
    credentials: {
      accessKeyId: credentials.AccessKeyId,
      secretAccessKey: credentials.SecretAccessKey,
      sessionToken: credentials.SessionToken,
      expiresAtMilliseconds: Date.parse(credentials.Expiration ?? ""),
    },
  };
  await context.addInitScript((stored) => {
    // The blank page at first has no storage; a reload must find what the page itself made of it.
    if (origin === "null" || sessionStorage.getItem("test.signedIn") !== null) return;
    sessionStorage.setItem("test.signedIn", "yes");
    sessionStorage.setItem("portcullis.session", stored);
  }, JSON.stringify(session));
}

async function makeUser({ iam }: TestInstallation, name: string): Promise<Person> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD }));
  return { kind: "user", name, password: PASSWORD };
}
