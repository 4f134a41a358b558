import { apiPolicyKey } from "@portcullis/iam/record/api-policy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
} from "../support/own-authorizer.ts";
import { deny as denyAction, document } from "../support/people.ts";

const deny = (resource: string) => ({
  ...denyAction("execute-api:Invoke", resource),
  Principal: "*",
});

describe("an authorizer with an API policy", () => {
  let installation: OwnInstallation;
  beforeAll(async () => {
    installation = await ownInstallation();
  });
  afterAll(() => installation.stop());

  const store = (text: string) =>
    installation.store.transact([
      {
        kind: "put",
        key: apiPolicyKey(ACCOUNT, "own"),
        data: { apiId: "own", document: text },
        expect: "any",
      },
    ]);

  it("reads it at every request, beside the caller's record, and fails where it can't be read", async () => {
    const reader = installation.reader();
    const authorizer = ownAuthorizer(installation, { reader, apiPolicyOwner: ACCOUNT });
    expect((await authorizer.ask()).kind).toBe("allowed");
    await store(document(deny(`arn:aws:execute-api:us-east-1:${ACCOUNT}:own/*`)));
    expect((await authorizer.ask()).kind).toBe("forbidden");
    expect(authorizer.lines.at(-1)?.roundTrips).toBe(2);
    await store("{");
    expect((await authorizer.ask()).kind).toBe("failed");
    await store(document(deny(`arn:aws:execute-api:us-east-1:${ACCOUNT}:own/other`)));
    expect((await authorizer.ask()).kind).toBe("allowed");
  });
});
