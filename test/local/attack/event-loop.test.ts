import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import {
  clients,
  form,
  LONGEST_MILLISECONDS,
  numbered,
  post,
  product,
  refused,
  signIn,
  useMeasuredProduct,
  withinLimit,
} from "../../support/measured/hostile-requests.ts";
import { refusal } from "../../support/refusal.ts";

useMeasuredProduct();

test("the measure sees what blocks the loop, and nothing else", async () => {
  await product.take();
  const idle = await product.take();
  expect(idle.longestMilliseconds).toBeLessThan(LONGEST_MILLISECONDS / 2);
  product.block();
  // The turn that blocks is measured at the loop's next turn.
  await signIn("{}");
  expect((await product.take()).longestMilliseconds).toBeGreaterThanOrEqual(150);
});

describe("unsigned requests to the control API", () => {
  const SIX_MEGABYTES = 6 * 1024 * 1024 - 100;
  test.each([
    [
      "many parameters",
      () =>
        numbered(500_000, "a")
          .map((name) => `${name}=1`)
          .join("&"),
    ],
    ["one name of dots", () => `Action=ListUsers&${".".repeat(SIX_MEGABYTES)}=1`],
    ["10,000 names of 500 dots", () => numbered(9_999, `${".".repeat(500)}`).join("&")],
    ["escapes", () => `Action=${"%41".repeat(SIX_MEGABYTES / 3 - 10)}`],
    ["pluses", () => `Action=${"+".repeat(SIX_MEGABYTES)}`],
  ])("a form: %s", async (_, body) => {
    const text = body();
    expect((await withinLimit(() => form("/iam", text))).status).toBeGreaterThanOrEqual(400);
  });

  test.each([
    ["nested lists", (size: number) => "[".repeat(size)],
    ["a nested object", (size: number) => `{"a":`.repeat(size / 5)],
    ["many members", (size: number) => `{${numbered(size / 14, "").map((n) => `"k${n}":1`)}}`],
    ["a long string", (size: number) => `{"a":"${"x".repeat(size)}"}`],
  ])("JSON: %s", async (_, body) => {
    const text = body(SIX_MEGABYTES);
    const target = { "x-amz-target": "AWSOrganizationsV20161128.ListRoots" };
    const type = "application/x-amz-json-1.1";
    const json = await withinLimit(() => post("/organizations", text, type, target));
    expect(json.status).toBeGreaterThanOrEqual(400);
    const rest = await withinLimit(() =>
      post("/access-analyzer/policy/validation", text, "application/json"),
    );
    expect(rest.status).toBeGreaterThanOrEqual(400);
  });
});

describe("sign-in", () => {
  test.each([
    ["nested lists", (size: number) => "[".repeat(size)],
    ["many members", (size: number) => `{${numbered(size / 14, "").map((n) => `"k${n}":1`)}}`],
    ["a long password", (size: number) => `{"account":"a","password":"${"x".repeat(size)}"}`],
  ])("%s", async (_, body) => {
    const text = body(6_000_000);
    expect((await withinLimit(() => signIn(text))).status).toBeGreaterThanOrEqual(400);
  });

  test("twenty wrong passwords at once", async () => {
    const body = JSON.stringify({ account: product.account, userName: "caller", password: "no" });
    const answers = await withinLimit(() => Promise.all(numbered(20, "").map(() => signIn(body))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
  });
});

describe("federation", () => {
  const assume = (SAMLAssertion: string) =>
    clients.sts
      .send(
        new sts.AssumeRoleWithSAMLCommand({
          RoleArn: `arn:aws:iam::${product.account}:role/some`,
          PrincipalArn: `arn:aws:iam::${product.account}:saml-provider/idp`,
          SAMLAssertion: Buffer.from(SAMLAssertion).toString("base64").slice(0, 100_000),
        }),
      )
      .then(
        () => "answered",
        (error: Error) => error.name,
      );
  test.each([
    ["nested elements", "<a>".repeat(24_000)],
    [
      "attributes",
      `<a ${numbered(7_000, "b")
        .map((name) => `${name}="1"`)
        .join(" ")}/>`,
    ],
    [
      "namespaces",
      `<a ${numbered(3_000, "xmlns:b")
        .map((name) => `${name}="urn:c"`)
        .join(" ")}/>`,
    ],
    ["references", `<a>${"&amp;".repeat(14_000)}</a>`],
    ["entities", `<!DOCTYPE a [<!ENTITY b "${"c".repeat(9_000)}">]><a>${"&b;".repeat(9_000)}</a>`],
  ])("an unsigned SAML response: %s", async (_, xml) => {
    expect(await withinLimit(() => assume(xml))).not.toBe("answered");
  });

  test.each([
    ["nested lists", "[".repeat(13_000)],
    ["dots", ".".repeat(19_000)],
  ])("a web identity token: %s", async (_, text) => {
    const token = `${Buffer.from(text).toString("base64url")}.e30.e30`.slice(0, 20_000);
    const sent = clients.sts.send(
      new sts.AssumeRoleWithWebIdentityCommand({
        RoleArn: `arn:aws:iam::${product.account}:role/some`,
        RoleSessionName: "session",
        WebIdentityToken: token,
      }),
    );
    expect(
      await withinLimit(() =>
        sent.then(
          () => "answered",
          (error: Error) => error.name,
        ),
      ),
    ).not.toBe("answered");
  });

  test("a provider's metadata of nested elements", async () => {
    const SAMLMetadataDocument = "<a>".repeat(80_000);
    const sent = () =>
      refusal(
        clients.iam.send(new iam.CreateSAMLProviderCommand({ Name: "x", SAMLMetadataDocument })),
      );
    expect(await withinLimit(sent)).toEqual(refused(400));
  });
});
