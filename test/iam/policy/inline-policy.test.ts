import {
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteGroupPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListGroupPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

interface Listed {
  readonly PolicyNames: string[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** The same four operations for each kind of holder. */
const HOLDERS = [
  {
    noun: "user",
    limit: 2048,
    create: (UserName: string) => test.iam.send(new CreateUserCommand({ UserName })),
    put: (UserName: string, PolicyName: string, PolicyDocument: string) =>
      test.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
    get: async (UserName: string, PolicyName: string) =>
      (await test.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument,
    remove: (UserName: string, PolicyName: string) =>
      test.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
    list: (UserName: string, page = {}): Promise<Listed> =>
      test.iam.send(new ListUserPoliciesCommand({ UserName, ...page })),
  },
  {
    noun: "group",
    limit: 5120,
    create: (GroupName: string) => test.iam.send(new CreateGroupCommand({ GroupName })),
    put: (GroupName: string, PolicyName: string, PolicyDocument: string) =>
      test.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument })),
    get: async (GroupName: string, PolicyName: string) =>
      (await test.iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName }))).PolicyDocument,
    remove: (GroupName: string, PolicyName: string) =>
      test.iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName })),
    list: (GroupName: string, page = {}): Promise<Listed> =>
      test.iam.send(new ListGroupPoliciesCommand({ GroupName, ...page })),
  },
  {
    noun: "role",
    limit: 10240,
    create: (RoleName: string) =>
      test.iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: roleTrust(test.account) }),
      ),
    put: (RoleName: string, PolicyName: string, PolicyDocument: string) =>
      test.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
    get: async (RoleName: string, PolicyName: string) =>
      (await test.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument,
    remove: (RoleName: string, PolicyName: string) =>
      test.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
    list: (RoleName: string, page = {}): Promise<Listed> =>
      test.iam.send(new ListRolePoliciesCommand({ RoleName, ...page })),
  },
] as const;

/** A valid policy of exactly so many characters, none of them whitespace. */
function policyOfSize(size: number): string {
  const empty = policy("Allow", "s3:GetObject", "arn:aws:s3:::");
  return policy("Allow", "s3:GetObject", `arn:aws:s3:::${"x".repeat(size - empty.length)}`);
}

describe.each(HOLDERS)(
  "inline policies of a $noun",
  ({ noun, limit, create, put, get, remove, list }) => {
    const name = `${noun}-with-policies`;
    const missing = `The ${noun} with name nobody cannot be found.`;
    beforeAll(async () => {
      await create(name);
    });

    it("gives a document back byte for byte, percent-encoded once", async () => {
      const document = `{ "Version" : "2012-10-17",\n\t"Statement":[ {"Effect":"Allow","Action":"s3:*","Resource":"arn%3Aaws*~'()!"} ] }`;
      const valid = document.replace("arn%3Aaws*~'()!", "arn:aws:s3:::b%2Fc*~'()!");
      await put(name, "Exact", valid);
      const encoded = (await get(name, "Exact")) ?? "";
      expect(encoded).toMatch(/^[\w.~%-]*$/);
      expect(decodeURIComponent(encoded)).toBe(valid);
    });

    it("replaces a policy of the same name and counts the new one only", async () => {
      await put(name, "Exact", policyOfSize(limit));
      await put(name, "exact", policyOfSize(limit));
      expect((await list(name)).PolicyNames).toEqual(["exact"]);
      expect(decodeURIComponent((await get(name, "EXACT")) ?? "")).toHaveLength(limit);
    });

    it("limits all policies together, whitespace not counted", async () => {
      expect(await refusal(put(name, "more", policy("Allow", "s3:*")))).toEqual({
        code: "LimitExceeded",
        message: `Maximum policy size of ${limit} bytes exceeded for ${noun} ${name}`,
        status: 409,
      });
      await put(name, "exact", policyOfSize(limit).replaceAll(",", ",      \n"));
      expect((await list(name)).PolicyNames).toEqual(["exact"]);
      expect(await refusal(put(name, "exact", policyOfSize(limit + 1)))).toMatchObject({
        code: "LimitExceeded",
      });
    });

    it("lists in pages, and refuses tampered markers", async () => {
      await remove(name, "exact");
      for (const one of ["a", "b", "c"]) await put(name, one, policy("Deny", "s3:*"));
      const first = await list(name, { MaxItems: 2 });
      expect(first).toMatchObject({ PolicyNames: ["a", "b"], IsTruncated: true });
      expect(await list(name, { Marker: first.Marker })).toMatchObject({
        PolicyNames: ["c"],
        IsTruncated: false,
      });
      expect(await refusal(list(name, { Marker: "tampered" }))).toMatchObject({
        code: "ValidationError",
      });
    });

    it("deletes", async () => {
      await remove(name, "B");
      expect((await list(name)).PolicyNames).toEqual(["a", "c"]);
      const gone = {
        code: "NoSuchEntity",
        message: `The ${noun} policy with name B cannot be found.`,
        status: 404,
      };
      expect(await refusal(remove(name, "B"))).toEqual(gone);
      expect(await refusal(get(name, "B"))).toEqual(gone);
    });

    it("keeps a policy called __proto__", async () => {
      await put(name, "__proto__", policy("Allow", "s3:*"));
      expect((await list(name)).PolicyNames).toContain("__proto__");
      await remove(name, "__proto__");
    });

    it("refuses what is no policy, and writes nothing of it", async () => {
      const before = await list(name);
      for (const document of ["{", "[]", `{"Version":"2012-10-17"}`, policy("Allow", "s3")]) {
        expect(await refusal(put(name, "bad", document)), document).toMatchObject({
          code: "MalformedPolicyDocument",
          status: 400,
        });
      }
      expect((await list(name)).PolicyNames).toEqual(before.PolicyNames);
    });

    it("accepts the older version of the language", async () => {
      const older = policy("Allow", "s3:*").replace("2012-10-17", "2008-10-17");
      await put(name, "older", older);
      expect(decodeURIComponent((await get(name, "older")) ?? "")).toBe(older);
      await remove(name, "older");
    });

    it("names the holder that is missing", async () => {
      const noHolder = { code: "NoSuchEntity", message: missing, status: 404 };
      expect(await refusal(put("nobody", "p", policy("Allow", "s3:*")))).toEqual(noHolder);
      expect(await refusal(get("nobody", "p"))).toEqual(noHolder);
      expect(await refusal(remove("nobody", "p"))).toEqual(noHolder);
      expect(await refusal(list("nobody"))).toEqual(noHolder);
    });

    it("loses none of twenty policies put at once", async () => {
      const other = `${name}-2`;
      await create(other);
      const names = Array.from({ length: 20 }, (_, index) => `p${String(index).padStart(2, "0")}`);
      await Promise.all(names.map((one) => put(other, one, policy("Deny", "s3:*"))));
      expect([...((await list(other)).PolicyNames ?? [])].sort()).toEqual(names);
    });
  },
);
