import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const NAME = "iam-production-authorizer_invoices";

/** The template that the CDK deploys: the app of the example is run as `cdk synth` runs it. */
let folder: string;
let template: Template;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-cdk-"));
  execFileSync(process.execPath, [join(ROOT, "examples/cdk/src/app.ts")], {
    env: { ...process.env, CDK_OUTDIR: folder },
  });
  const text = readFileSync(join(folder, "Invoices.template.json"), "utf8");
  template = Template.fromString(text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Texts that the CDK joins, with what is known at deployment as `<name>`. */
function joined(value: unknown): string {
  if (typeof value === "string") return value;
  const { Ref, "Fn::Join": join } = value as { Ref?: string; "Fn::Join"?: [string, unknown[]] };
  return join === undefined ? `<${Ref}>` : join[1].map(joined).join(join[0]);
}

const propertiesOf = (type: string): readonly Record<string, unknown>[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe("examples/cdk", () => {
  it("gives the API the deployed authorizer, by its function's name, uncached", () => {
    const [authorizer, ...others] = propertiesOf("AWS::ApiGatewayV2::Authorizer");
    expect(others).toEqual([]);
    expect(authorizer).toMatchObject({
      AuthorizerType: "REQUEST",
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: [],
      AuthorizerResultTtlInSeconds: 0,
    });
    expect(joined(authorizer?.AuthorizerUri)).toBe(
      `arn:<AWS::Partition>:apigateway:<AWS::Region>:lambda:path/2015-03-31/functions/arn:aws:lambda:<AWS::Region>:<AWS::AccountId>:function:${NAME}/invocations`,
    );
  });

  it("lets API Gateway call it, for this authorizer only", () => {
    const [permission] = propertiesOf("AWS::Lambda::Permission").filter(({ FunctionName }) =>
      joined(FunctionName).endsWith(`:function:${NAME}`),
    );
    expect(permission).toMatchObject({
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
    });
    expect(joined(permission?.SourceArn)).toMatch(
      /:execute-api:<AWS::Region>:<AWS::AccountId>:<Invoices\w+>\/authorizers\/<\w+>$/,
    );
  });

  it("leaves no route open", () => {
    const routes = propertiesOf("AWS::ApiGatewayV2::Route");
    expect(routes.map(({ RouteKey }) => RouteKey)).toEqual(["GET /invoices/{invoiceId}"]);
    for (const route of routes)
      expect(route).toMatchObject({
        AuthorizationType: "CUSTOM",
        AuthorizerId: { Ref: expect.any(String) },
      });
  });
});

describe("the manual", () => {
  const blockOf = (page: string, language: string) =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(
      readFileSync(join(ROOT, "docs", page), "utf8"),
    )?.[1] ?? "";

  it("shows the example's own code", () => {
    const source = readFileSync(join(ROOT, "examples/cdk/src/invoices-stack.ts"), "utf8");
    const block = blockOf("cdk.md", "ts");
    expect(block).toContain("fromFunctionAttributes");
    expect(source).toContain(block);
  });

  it("has the same settings for Terraform as the CDK's template", () => {
    const block = blockOf("terraform.md", "hcl");
    const settings = Object.fromEntries(
      [...block.matchAll(/^ {2}(\w+) += (.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(settings).toMatchObject({
      function_name: expect.stringMatching(/./),
      authorizer_type: '"REQUEST"',
      authorizer_payload_format_version: '"2.0"',
      enable_simple_responses: "true",
      identity_sources: "[]",
      authorizer_result_ttl_in_seconds: "0",
      authorization_type: '"CUSTOM"',
    });
    expect(block).toContain(`function_name = "${NAME}"`);
    expect(block).toMatch(/source_arn {4}= "\$\{.*\}\/authorizers\/\$\{.*\}"/);
  });
});
