import {
  belongsToInstallation,
  isAccountRecord,
  PARTITIONS,
  type Partition,
  partitionOf,
  partitionPattern,
  recordsUsage,
} from "@portcullis/iam/record/partition";
import { userKey } from "@portcullis/iam/record/user";
import { matchesWildcard } from "@portcullis/policy";
import { expect, it } from "vitest";

const KINDS = Object.keys(PARTITIONS) as Partition[];
const nameOf = (kind: Partition): string =>
  PARTITIONS[kind].count === "one" ? kind : `${kind}/entity`;

it("a pattern of a kind matches its partitions, and those of no other kind", () => {
  for (const kind of KINDS) {
    const matched = KINDS.filter((other) => matchesWildcard(partitionPattern(kind), nameOf(other)));
    expect(matched).toEqual([kind]);
  }
});

it("names are made of the kind, and of the entity where there is one partition for each", () => {
  expect(partitionOf("root")).toBe("root");
  expect(partitionOf("user", "bob")).toBe("user/bob");
  expect(userKey("100000000000", "Bob").partition).toBe("user/bob");
});

it("what is the installation's stays with it, and what records a use is known", () => {
  expect(KINDS.filter((kind) => belongsToInstallation(nameOf(kind)))).toEqual(
    KINDS.filter((kind) => PARTITIONS[kind].owner === "installation"),
  );
  expect(belongsToInstallation("signing-keys")).toBe(true);
  expect(belongsToInstallation("user/keyring")).toBe(false);
  for (const unknown of ["", "constructor", "__proto__/x", "nothing/known"]) {
    expect([belongsToInstallation(unknown), recordsUsage(unknown)]).toEqual([false, false]);
  }
  expect(KINDS.filter((kind) => recordsUsage(nameOf(kind)))).toEqual([
    "access-counts",
    "audit",
    "decision-request",
    "decisions",
    "dropped-records",
    "key-usage",
    "last-accessed",
    "last-used",
  ]);
  expect(KINDS.filter((kind) => isAccountRecord(nameOf(kind)))).toEqual(["account"]);
});
