import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundled, bundledAuthorizer } from "../bench/authorizer-bundle.ts";

describe("the authorizer's bundle", () => {
  let bundled: Bundled;
  beforeAll(async () => {
    bundled = await bundledAuthorizer();
  });
  afterAll(() => bundled.remove());

  it("weighs at most 52 KB, minified and gzipped, before its first decision", () => {
    expect(bundled.startBytes).toBeLessThan(52_000);
    expect(bundled.startBytes + bundled.laterBytes).toBeLessThan(80_000);
  });

  it("has nothing of the control API, of the write path, of XML, nor an SDK", () => {
    const never =
      /packages\/iam\/src\/operation\/|packages\/iam\/src\/unit-of-work|packages\/store\/src\/(?:transact|write|store|query)\.ts|@aws-sdk|@smithy|middy|xml/;
    expect(bundled.sources.filter((path) => never.test(path))).toEqual([]);
  });
});
