import { indexServices } from "@portcullis/analysis";
import { describe, expect, it } from "vitest";
import { formatJson } from "../../../packages/console/src/editor/format-json.ts";
import { policyFaults } from "../../../packages/console/src/editor/policy-faults.ts";
import { trustDocument, trustProblems } from "../../../packages/console/src/trust/trust-draft.ts";
import { trustedBy, trustsProvider } from "../../../packages/console/src/trust/trust-summary.ts";

const statement = (part: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...part }] });

describe("formatting", () => {
  it("changes white space alone: repeated members, numbers and escapes stay", () => {
    const text = '{"a":1.0,"a":12345678901234567890,"b":["\\u0041",{}],"c":[]}';
    const formatted = formatJson(text) ?? "";
    expect(formatted.replaceAll(/[\n ]/g, "")).toBe(text);
    expect(formatted.split("\n")).toEqual([
      "{",
      '  "a": 1.0,',
      '  "a": 12345678901234567890,',
      '  "b": [',
      '    "\\u0041",',
      "    {}",
      "  ],",
      '  "c": []',
      "}",
    ]);
    expect(formatJson(formatted)).toBe(formatted);
  });

  it("leaves text in quotes as it is, and does nothing to what is not JSON", () => {
    expect(formatJson('{"a":"{ , : }\\""}')).toBe('{\n  "a": "{ , : }\\""\n}');
    expect(formatJson('{"a":')).toBeUndefined();
  });
});

describe("faults of a document", () => {
  const services = indexServices([{ Name: "orders", Actions: [{ Name: "GetOrder" }] }]);
  const levels = (text: string) =>
    policyFaults(text, "identity", services).map(({ level, line }) => `${level} ${line}`);

  it("are the server's own first, with their line", () => {
    expect(levels('{\n"Version": "2012-10-17",\n"Statement": [\n]')[0]).toBe("refused 4");
    const faults = policyFaults('{"Version":"2012-10-17"}', "identity", services);
    expect(faults.filter(({ level }) => level === "refused")).toHaveLength(1);
    // Lint's words for the same fault are left out.
    expect(faults.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("are advice where the server accepts: a misspelt action comes with its mending", () => {
    const text = statement({ Action: "orders:GetOrdr", Resource: "arn:aws:orders:*:*:order/1" });
    const [fault] = policyFaults(text, "identity", services);
    expect(fault?.level).toBe("error");
    expect(fault?.fixes[0]?.edits[0]?.text).toContain("orders:GetOrder");
    expect(levels(statement({ Action: "orders:GetOrder", Resource: "*" }))).not.toContain(
      "refused 1",
    );
  });
});

describe("a trust policy from the wizard", () => {
  const draft = {
    way: "account",
    account: "111122223333",
    externalId: "",
    needsMfa: false,
    provider: "",
    audience: "",
    subject: "",
    custom: "",
  } as const;
  const made = (part: Partial<Parameters<typeof trustDocument>[0]>) =>
    JSON.parse(trustDocument({ ...draft, ...part })).Statement[0];

  it("names an account or a principal, with external ID and MFA as conditions", () => {
    expect(made({})).toEqual({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "sts:AssumeRole",
    });
    expect(made({ externalId: "x-1", needsMfa: true }).Condition).toEqual({
      StringEquals: { "sts:ExternalId": "x-1" },
      Bool: { "aws:MultiFactorAuthPresent": "true" },
    });
    const user = "arn:aws:iam::111122223333:user/ana";
    expect(made({ account: user }).Principal).toEqual({ AWS: user });
  });

  it("binds a web identity to its audience, and to a subject with or without wildcards", () => {
    const provider = "arn:aws:iam::111122223333:oidc-provider/id.example.com/a";
    const web = { way: "webIdentity", provider, audience: "shop" } as const;
    expect(made({ ...web, subject: "ana" }).Condition).toEqual({
      StringEquals: { "id.example.com/a:aud": "shop", "id.example.com/a:sub": "ana" },
    });
    expect(made({ ...web, subject: "repo:a/*" }).Condition).toEqual({
      StringEquals: { "id.example.com/a:aud": "shop" },
      StringLike: { "id.example.com/a:sub": "repo:a/*" },
    });
    expect(trustProblems({ ...draft, ...web, audience: "" }).audience).toBe("Enter an audience.");
  });

  it("is refused for what is no account, principal or external ID", () => {
    expect(trustProblems({ ...draft, account: "12" }).account).toBeDefined();
    expect(trustProblems({ ...draft, externalId: "a b" }).externalId).toBeDefined();
    expect(trustProblems(draft)).toEqual({ account: undefined, externalId: undefined });
  });

  it("is told in words, and found by its provider", () => {
    const provider = "arn:aws:iam::111122223333:saml-provider/okta";
    const saml = encodeURIComponent(trustDocument({ ...draft, way: "saml", provider }));
    expect(trustedBy(saml)).toEqual(["Provider okta"]);
    expect(trustsProvider(saml, provider)).toBe(true);
    expect(trustsProvider(saml, `${provider}2`)).toBe(false);
    expect(trustedBy(encodeURIComponent(trustDocument(draft)))).toEqual(["Account 111122223333"]);
    expect(trustedBy("not json")).toEqual([]);
  });
});
