import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverAuthorizer } from "@portcullis/functions/server-authorizer";
import { afterEach, describe, expect, it, vi } from "vitest";
import { notesService } from "../authorizer/http-servers.ts";

/** Which installation a server decides by. What it then does is tested with the middlewares. */
describe("serverAuthorizer", () => {
  afterEach(() => vi.unstubAllEnvs());
  const made = (variables: Record<string, string | undefined>) => {
    const all = { PORTCULLIS_TABLE: undefined, PORTCULLIS_DATA_DIR: undefined, ...variables };
    for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
    return serverAuthorizer(notesService);
  };

  it("fails with the first request, not before, when no installation is named", () => {
    expect(made({})).toThrow(
      "no installation is named: set PORTCULLIS_TABLE and the others of the deployment, or PORTCULLIS_DATA_DIR to the data directory of `npx portcullis start`",
    );
  });

  it("refuses to choose between a deployed and a local one", () => {
    expect(made({ PORTCULLIS_TABLE: "t", PORTCULLIS_DATA_DIR: "d" })).toThrow(
      "PORTCULLIS_TABLE and PORTCULLIS_DATA_DIR are set: unset one of them",
    );
  });

  it("names the variable that a deployed one lacks", () => {
    expect(
      made({ PORTCULLIS_TABLE: "t", AWS_REGION: "eu-west-1", PORTCULLIS_KMS_KEY: "" }),
    ).toThrow("the environment variable PORTCULLIS_KMS_KEY is not set");
  });

  it("says that the local one has never run", () => {
    const folder = mkdtempSync(join(tmpdir(), "portcullis-none-"));
    expect(made({ PORTCULLIS_DATA_DIR: folder })).toThrow(
      `no installation is running on ${folder}: start it with \`npx portcullis start\``,
    );
    rmSync(folder, { recursive: true });
  });

  it("takes the region of its ARNs from the deployment", () => {
    const variables = {
      PORTCULLIS_TABLE: "t",
      PORTCULLIS_KMS_KEY: "arn:aws:kms:eu-west-1:1:key/k",
      PORTCULLIS_INSTALLATION: "app-stage",
      AWS_REGION: "eu-west-1",
    };
    const make = made(variables);
    expect(make().region).toBe("eu-west-1");
    expect(make()).toBe(make());
  });
});
