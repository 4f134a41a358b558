import { beforeEach, describe, expect, it } from "vitest";
import { allow, document } from "../support/people.ts";
import { ACCOUNT, NOW, type RecordWorld, recordWorld } from "../support/record-world.ts";

/** Allows that are recorded whole, because their principal is traced. */
const ALL = document(allow("*"));

let world: RecordWorld;
let authorizer: ReturnType<RecordWorld["authorizer"]>;
beforeEach(() => {
  world = recordWorld();
  authorizer = world.authorizer();
});

const inline = (text: string) => [{ name: "own", document: text }];

describe("a traced principal", () => {
  const SECONDS = NOW.getTime() / 1000;
  const ANA = `arn:aws:iam::${ACCOUNT}:user/ana`;
  const CLERK = `arn:aws:iam::${ACCOUNT}:role/clerk`;

  it.each([
    [ANA, SECONDS + 1, true],
    [ANA, SECONDS, false],
    [`${ANA}2`, SECONDS + 1, false],
  ])("%s until %i: an allow is recorded whole: %s", async (arn, until, isTraced) => {
    world.account({ traces: { [arn]: until } });
    const answer = await authorizer.ask(world.key(world.user("ana", { inline: inline(ALL) })));
    expect(answer.kind).toBe("allowed");
    if (isTraced) expect(answer.line).toMatchObject({ traced: true, detail: { principal: {} } });
    else {
      expect(answer.line).not.toHaveProperty("traced");
      expect(answer.line).not.toHaveProperty("detail");
    }
  });

  it("stands for its sessions: a role's, and a user's federated ones", async () => {
    world.account({ traces: { [ANA]: SECONDS + 1, [CLERK]: SECONDS + 1 } });
    const { id } = world.user("ana", { inline: inline(ALL) });
    const federated = world.session(
      { kind: "user", name: "ana" },
      { kind: "FederatedUser", ownerId: id, name: "fed", policies: [ALL] },
    );
    const ofRole = world.roleSession(world.role("clerk", { inline: inline(ALL) }));
    for (const session of [federated, ofRole])
      expect((await authorizer.ask(session)).line).toMatchObject({
        outcome: "allowed",
        traced: true,
      });
  });

  it("is no name that every object has", async () => {
    world.account({ traces: {} });
    const ana = world.key(world.user("ana", { inline: inline(ALL) }));
    expect((await authorizer.ask(ana)).line).not.toHaveProperty("traced");
  });
});
