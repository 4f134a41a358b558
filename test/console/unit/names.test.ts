import { describe, expect, it } from "vitest";
import {
  draftProblems,
  namesOf,
  type UserDraft,
} from "../../../packages/console/src/pages/users/user-draft.ts";
import { nameProblem } from "../../../packages/console/src/pages/users/user-name.ts";
import { generatePassword } from "../../../packages/console/src/secrets/generate-password.ts";
import { tagChanges, tagProblem } from "../../../packages/console/src/tags/tag-changes.ts";
import { pathProblem } from "../../../packages/console/src/ui/entity-name.ts";

const tag = (Key: string, Value = "") => ({ Key, Value });

describe("what the forms take", () => {
  it("takes IAM's names and paths, and says why not others", () => {
    for (const name of ["a", "A+=,.@-_9", "x".repeat(64)])
      expect(nameProblem(name)).toBeUndefined();
    for (const name of ["", "x".repeat(65), "a b", "a/b", "é", "a\n"])
      expect(nameProblem(name)).toMatch(/\.|-$/);
    for (const path of ["/", "/a/", "/a/b!/"]) expect(pathProblem(path)).toBeUndefined();
    for (const path of ["", "a/", "/a", "/a b/", `/${"x".repeat(512)}/`])
      expect(pathProblem(path)).toBeDefined();
  });

  it("reads one or many names, each once", () => {
    expect(namesOf({ names: " ana\n\nben, ana ,cleo\r\n" })).toEqual(["ana", "ben", "cleo"]);
    const draft: UserDraft = {
      names: Array.from({ length: 101 }, (_, at) => `u${at}`).join("\n"),
      path: "/",
      tags: [],
      canSignIn: false,
      password: { isGenerated: true, password: "", mustChange: true },
      mayChangePassword: true,
      hasAccessKey: false,
      permissions: { groups: [], policies: [], inline: [], boundary: undefined },
    };
    expect(draftProblems(draft).names).toBe("100 users at a time at most.");
  });

  it("writes only what changed of tags", () => {
    const before = [tag("a", "1"), tag("b", "2"), tag("c")];
    expect(tagChanges(before, [tag("a", "1"), tag("b", "3"), tag("d")])).toEqual({
      put: [tag("b", "3"), tag("d")],
      removed: ["c"],
    });
    expect(tagProblem([tag("a"), tag("A")])).toContain("the same");
    expect(tagProblem([tag("")])).toBe("Each tag needs a key.");
    expect(tagProblem(Array.from({ length: 51 }, (_, at) => tag(`k${at}`)))).toContain("50");
    expect(tagProblem(before)).toBeUndefined();
  });

  it("generates passwords of all four kinds, each another", () => {
    const passwords = Array.from({ length: 200 }, generatePassword);
    expect(new Set(passwords).size).toBe(200);
    for (const password of passwords) {
      expect(password).toHaveLength(20);
      for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[!@#$%^&*()_+\-=[\]{}|']/])
        expect(password).toMatch(kind);
    }
  });
});
