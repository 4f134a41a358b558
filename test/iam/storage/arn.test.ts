import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  accountOfIamArn,
  accountOfPrincipal,
  assumedRoleArn,
  federatedUserArn,
  iamArn,
  parseRoleArn,
  parseUserArn,
} from "@portcullis/iam/arn";
import { roleArn } from "@portcullis/iam/record/role";
import { userArn } from "@portcullis/iam/record/user";
import { describe, expect, it } from "vitest";

const account = "100000000000";

describe("ARNs", () => {
  it("are made of account and resource, and read back", () => {
    expect(iamArn(account, "root")).toBe("arn:aws:iam::100000000000:root");
    expect(assumedRoleArn(account, "r", "s")).toBe("arn:aws:sts::100000000000:assumed-role/r/s");
    expect(federatedUserArn(account, "f")).toBe("arn:aws:sts::100000000000:federated-user/f");
    for (const path of ["/", "/a/", "/a/b!~/"]) {
      const name = "n+=,.@-_";
      expect(parseRoleArn(roleArn({ account, path, name }))).toEqual({ account, name });
      expect(parseUserArn(userArn({ account, path, name }))).toEqual({ account, name });
    }
  });

  it.each([
    "",
    "arn:aws:iam::100000000000:role/",
    "arn:aws:iam::100000000000:role",
    "arn:aws:iam::10000000000:role/a",
    "arn:aws:iam:us-east-1:100000000000:role/a",
    "arn:aws:iam::100000000000:role/a b",
    "arn:aws:iam::100000000000:role/a\n",
    "arn:aws:iam::100000000000:role/ä",
    `arn:aws:iam::100000000000:role/${"a".repeat(65)}`,
    "arn:aws:sts::100000000000:assumed-role/a/b",
    "arn:aws-cn:iam::100000000000:role/a",
  ])("%j is no role's and no user's", (arn) => {
    expect([parseRoleArn(arn), parseUserArn(arn)]).toEqual([undefined, undefined]);
    expect(parseUserArn(arn.replace(":role", ":user"))).toBeUndefined();
  });

  it("a role's ARN is none of a user, and the other way round", () => {
    const named = { account, path: "/", name: "a" };
    expect(parseUserArn(roleArn(named))).toBeUndefined();
    expect(parseRoleArn(userArn(named))).toBeUndefined();
  });

  it("tell their account", () => {
    expect(accountOfIamArn(iamArn(account, "user/a"))).toBe(account);
    expect(accountOfIamArn("arn:aws:iam::aws:policy/AdministratorAccess")).toBeUndefined();
    expect(accountOfPrincipal(account)).toBe(account);
    expect(accountOfPrincipal(iamArn(account, "root"))).toBe(account);
    expect(accountOfPrincipal(iamArn(account, "user/a"))).toBeUndefined();
  });

  it("of IAM and STS are made by one module", () => {
    const makers = ["iam", "authorizer", "control-api", "functions"].flatMap((name) => {
      const root = new URL(`../../../packages/${name}/src`, import.meta.url).pathname;
      return readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
        (file) =>
          file.endsWith(".ts") &&
          /`arn:aws:(?:iam|sts)::\$\{/.test(readFileSync(join(root, file), "utf8")),
      );
    });
    // AWS's own policies have `aws` in place of an account.
    expect(makers.sort()).toEqual(["arn.ts", join("canned", "canned-policy.ts")]);
  });
});
