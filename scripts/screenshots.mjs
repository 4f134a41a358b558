// Makes docs/screenshots: starts an installation with a few users, opens the console in the browser
// that the tests use, and photographs its pages. Run it with the repository's own Node:
// `npx node scripts/screenshots.mjs [name ...]`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { ROOT, startConsole } from "../test/console/support/console.ts";
import { seedAccount } from "../test/console/support/seed.ts";
import { seedOrganization } from "../test/console/support/seed-organization.ts";
import unpackChromium from "../test/console/support/unpack-chromium.ts";
import { credentialsOf } from "../test/support/harness.ts";

const directory = resolve(import.meta.dirname, "../docs/screenshots");
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 720 };

/** Each picture: the page, and what is done there before it is taken. */
const PICTURES = {
  "sign-in": { path: (account) => `/sign-in/${account}`, isSignedOut: true },
  dashboard: { path: () => "/" },
  users: { path: () => "/users" },
  "user-permissions": { path: () => "/users/ana", colorScheme: "dark" },
  "create-users-review": { path: () => "/create-users", act: reviewUsers },
  "assign-mfa": { path: () => "/users/ben?tab=credentials", act: assignMfa },
  "access-keys": { path: () => "/users/ana?tab=credentials", colorScheme: "dark" },
  "role-trust": { path: () => "/roles/auditor?tab=trust" },
  "create-role": { path: () => "/create-role" },
  policies: { path: () => "/policies?type=Local" },
  "policy-versions": {
    path: (account) => `/policies/${policyOf(account)}?tab=versions`,
    act: compareVersions,
  },
  "visual-editor": {
    path: (account) => `/edit-document?of=policy&arn=${policyOf(account)}`,
  },
  editor: {
    path: (account) => `/edit-document?of=policy&arn=${policyOf(account)}`,
    act: typeFaults,
    colorScheme: "dark",
  },
  findings: { path: () => "/findings" },
  "why-denied": { path: () => "/denied", act: findDenial },
  activity: { path: () => "/activity?name=CreatePolicyVersion", act: openEvent },
  "who-can": { path: whoCan, act: waitForAnswer },
  api: { path: () => "/apis/orders/%24default", act: waitForCallers },
  simulator: { path: simulation, act: openDecision },
  provider: { path: (account) => `/providers/${providerOf(account)}`, viewport: PHONE },
  settings: { path: () => "/settings" },
  "credential-report": { path: () => "/credential-report" },
  denied: { path: () => "/users", as: "nobody" },
  phone: { path: () => "/users/ana", viewport: PHONE },
  // Last, since it makes an organization.
  organization: { path: organizationAccount, act: waitForTree },
};

unpackChromium();
mkdirSync(directory, { recursive: true });
const console_ = await startConsole();
await seedAccount(console_);
const wanted = process.argv.slice(2);
for (const [name, picture] of Object.entries(PICTURES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const bytes = await photograph(picture);
  writeFileSync(join(directory, `${name}.webp`), bytes);
  process.stdout.write(`docs/screenshots/${name}.webp  ${Math.round(bytes.length / 1000)} KB\n`);
}
await console_.stop();

async function photograph({ path, isSignedOut, as, act, colorScheme = "light", viewport }) {
  const page = await console_.open(await path(console_.installation.account), {
    ...(isSignedOut ? {} : { as: as === undefined ? ROOT : await console_.makeUser(as) }),
    colorScheme,
    viewport: viewport ?? DESKTOP,
  });
  await page.waitForLoadState("networkidle");
  await act?.(page);
  // Dialogs and menus fade in.
  await page.waitForTimeout(500);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  await console_.closePages();
  return Buffer.from(data, "base64");
}

function simulation(account) {
  const parameters = [
    ["as", "user/ana"],
    ["action", "sts:AssumeRole"],
    ["action", "orders:GetOrder"],
    ["resource", `arn:aws:iam::${account}:role/auditor`],
  ];
  return `/simulator#${new URLSearchParams(parameters)}`;
}

async function openDecision(page) {
  await page.getByRole("button", { name: /^Why sts:AssumeRole/ }).click();
}

/** A request of a new user's, of whom a policy asks another address. */
async function findDenial(page) {
  const { iam, call } = console_.installation;
  const UserName = "kim";
  await iam.send(new CreateUserCommand({ UserName }));
  const Condition = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
  const office = {
    Sid: "Office",
    Effect: "Allow",
    Action: "orders:Get*",
    Resource: "*",
    Condition,
  };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [office] });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "office", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { headers } = await call(credentialsOf(AccessKey), "GET", "/orders/77");
  const field = page.getByLabel("Decision ID, request ID");
  await field.fill(`HTTP/1.1 403 Forbidden\napigw-requestid: ${headers["apigw-requestid"]}`);
  await page.getByRole("button", { name: "Find the decision" }).click();
  await page.getByText("Unchanged since").waitFor();
  const remedy = page.getByRole("heading", { name: "What would allow it" });
  await remedy.evaluate((heading) => scrollBy(0, heading.getBoundingClientRect().top - 320));
}

async function openEvent(page) {
  await page.getByRole("button", { name: "CreatePolicyVersion" }).click();
  await page.getByText("What changes").waitFor();
}

async function reviewUsers(page) {
  await page.getByLabel("User names").fill("carla\ndino");
  for (let step = 0; step < 2; step++)
    await page.getByRole("button", { name: "Next", exact: true }).click();
}

async function assignMfa(page) {
  await page.getByRole("button", { name: "Assign MFA device" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByAltText("QR code of the MFA device").waitFor();
}

function policyOf(account) {
  return encodeURIComponent(`arn:aws:iam::${account}:policy/OrdersReader`);
}

function providerOf(account) {
  const name = "token.actions.githubusercontent.com";
  return encodeURIComponent(`arn:aws:iam::${account}:oidc-provider/${name}`);
}

async function compareVersions(page) {
  for (const version of ["v1", "v2"])
    await page.getByRole("checkbox", { name: `Select version ${version}` }).check();
  await page.getByText("What changes").waitFor();
  await page.getByText("What changes").scrollIntoViewIfNeeded();
}

async function typeFaults(page) {
  await page.getByRole("textbox", { name: "Policy document" }).click();
  await page.keyboard.press("ControlOrMeta+A");
  const statement = { Effect: "Allow", Action: ["orders:GetOrdr", "iam:PassRole"], Resource: "*" };
  const document = { Version: "2012-10-17", Statement: [statement] };
  await page.keyboard.insertText(JSON.stringify(document, null, 2));
  await page.getByText("does not exist").first().waitFor();
}

function whoCan(account) {
  const resource = `arn:aws:orders:us-east-1:${account}:order/1`;
  return `/who-can?${new URLSearchParams({ action: "orders:GetOrder", resource })}`;
}

async function waitForAnswer(page) {
  await page.getByRole("link", { name: "ana", exact: true }).waitFor();
}

async function waitForCallers(page) {
  await page
    .getByRole("link", { name: /users and roles$/ })
    .last()
    .waitFor();
}

async function organizationAccount() {
  const { rootId, unit, member, policy } = await seedOrganization(console_.installation);
  const engineering = await unit(rootId, "Engineering");
  const sandbox = await unit(engineering, "Sandbox");
  await unit(rootId, "Customers");
  await policy("NoDeletion", { Effect: "Deny", Action: "orders:Delete*", Resource: "*" }, [
    sandbox,
  ]);
  for (const name of ["audit-log", "billing"]) await member(name);
  for (const name of ["orders", "shop"]) await member(name, engineering);
  return `/organization?at=${await member("experiments", sandbox)}`;
}

async function waitForTree(page) {
  await page.getByRole("treeitem", { name: /^experiments/ }).waitFor();
  await page.getByText("Denies orders:Delete* on *.").waitFor();
}
