import { apiPolicyKey } from "@portcullis/iam/record/api-policy";
import { beforeEach, describe, expect, it } from "vitest";
import { allow, deny, document } from "../support/people.ts";
import { ACCOUNT, type Asked, type RecordWorld, recordWorld } from "../support/record-world.ts";
import { ana, own } from "./ana.ts";

let world: RecordWorld;
beforeEach(() => {
  world = recordWorld();
});

describe("an API's resource policy", () => {
  const policy = (...statements: readonly object[]) =>
    world.put({ apiId: "own", document: document(...statements) }, apiPolicyKey(ACCOUNT, "own"));
  const forAll = (statement: object) => ({ ...statement, Principal: "*" });
  const reason = ({ line }: Asked) => line?.reason;

  it("is read with the caller's records, and counts beside the caller's policies", async () => {
    const options = { apiPolicyOwner: ACCOUNT };
    const { ask } = ana(world, options);
    expect(reason(await ask())).toBe("no identity-based policy allows it");
    expect(world.read.flatMap(({ keys }) => keys)).toContainEqual(apiPolicyKey(ACCOUNT, "own"));
    policy(forAll(allow("execute-api:Invoke", "execute-api:/*")));
    expect(await ask()).toMatchObject({ kind: "allowed", line: { roundTrips: 2 } });
    policy(forAll(deny("execute-api:Invoke", "execute-api:/*")));
    const denied = await ask();
    expect(denied.kind).toBe("forbidden");
    expect(denied.line).toMatchObject({
      outcome: "explicitDeny",
      reason: "explicit deny in a resource-based policy",
    });
    world.replace(apiPolicyKey(ACCOUNT, "own"), { apiId: "own", document: "{" });
    expect((await ask()).kind).toBe("failed");
  });

  it("does not count where no owner is named", async () => {
    policy(forAll(deny("execute-api:Invoke", "execute-api:/*")));
    const { ask } = ana(world, {}, allow("*"));
    expect((await ask()).kind).toBe("allowed");
    expect(world.read.map(({ keys }) => keys.length)).toEqual([2]);
  });

  it("allows no session whose password must be changed first", async () => {
    policy(forAll(allow("execute-api:Invoke", "execute-api:/*")));
    const { id } = world.user("ana", own(allow("*")));
    const claims = { kind: "SignIn", ownerId: id, passwordChangeOnly: true } as const;
    const session = world.session({ kind: "user", name: "ana" }, claims);
    const answer = await world.authorizer({ apiPolicyOwner: ACCOUNT }).ask(session);
    expect([answer.kind, reason(answer)]).toEqual(["forbidden", "no session policy allows it"]);
  });
});
