import { trustOf } from "@portcullis/iam/role-trust";
import { expect, test } from "vitest";

type Role = Parameters<typeof trustOf>[0];

const roleWith = (document: string) =>
  ({ name: "app", trust: { document, principalIds: [] } }) as unknown as Role;
const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { AWS: "111111111111" },
    Action: "sts:AssumeRole",
  },
});

test("a trust policy is compiled once, unless white space makes it long", () => {
  expect(trustOf(roleWith(DOCUMENT))).toBe(trustOf(roleWith(DOCUMENT)));
  const long = roleWith(`${DOCUMENT}${" ".repeat(100_000)}`);
  expect(trustOf(long)).not.toBe(trustOf(long));
  expect(trustOf(long).policy.statements).toEqual(trustOf(roleWith(DOCUMENT)).policy.statements);
});
