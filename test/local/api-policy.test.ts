import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runAccountCommand } from "../../packages/local/src/accounts/command.ts";
import { startInstallation } from "../support/harness.ts";
import { document, user } from "../support/people.ts";

describe("the policy of an API, as its operator keeps it", () => {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-api-policy-"));
  const file = join(folder, "policy.json");
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const command = (...argv: string[]) =>
    runAccountCommand(
      ["api-policy", "orders", ...argv],
      { PORTCULLIS_DATA_DIR: folder },
      new Date(),
    );

  it("lets in whom it names, shuts out whom it denies, and is gone when removed", async () => {
    let installation = await startInstallation({ dataDirectory: folder, apiPolicy: true });
    const ana = await user(installation, "ana");
    const bob = await user(installation, "bob", {
      Effect: "Allow",
      Action: "orders:*",
      Resource: "*",
    });
    const both = async () => [
      (await installation.call(ana, "GET", "/orders")).status,
      (await installation.call(bob, "GET", "/orders")).status,
    ];
    expect(await both()).toEqual([403, 200]);
    await installation.stop();

    const statement = (Effect: string, name: string) => ({
      Effect,
      Principal: { AWS: `arn:aws:iam::100000000000:user/${name}` },
      Action: "execute-api:Invoke",
      Resource: "arn:aws:execute-api:us-east-1:100000000000:orders/*",
    });
    const policy = document(statement("Allow", "ana"), statement("Deny", "bob"));
    writeFileSync(file, policy);
    await command("--from", file);
    expect(await command()).toBe(policy);
    installation = await startInstallation({ dataDirectory: folder, apiPolicy: true });
    expect(await both()).toEqual([200, 403]);
    await installation.stop();

    await command("--remove");
    expect(await command()).toBe("The API orders has no policy of its own.");
    installation = await startInstallation({ dataDirectory: folder, apiPolicy: true });
    expect(await both()).toEqual([403, 200]);
    await installation.stop();
  });

  it("may name the API's methods as execute-api:/..., as API Gateway lets it", async () => {
    writeFileSync(
      file,
      document(
        {
          Effect: "Allow",
          Principal: "*",
          Action: "execute-api:Invoke",
          Resource: "execute-api:/*",
        },
        {
          Effect: "Deny",
          Principal: "*",
          Action: "execute-api:Invoke",
          Resource: ["execute-api:/prod/GET/*"],
          Condition: { NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } },
        },
      ),
    );
    await command("--from", file);
    const installation = await startInstallation({ dataDirectory: folder, apiPolicy: true });
    const cleo = await user(installation, "cleo");
    const rest = installation.local.restUrl.replace(/\/prod$/, "");
    const status = async (path: string, url?: string) =>
      (await installation.call(cleo, "GET", path, url === undefined ? {} : { url })).status;
    expect([await status("/orders"), await status("/prod/orders", rest)]).toEqual([200, 403]);
    await installation.stop();
    await command("--remove");
  });

  it("is refused when it is none", async () => {
    writeFileSync(file, document({ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }));
    await expect(command("--from", file)).rejects.toThrow(
      /policy\.json is no resource policy:\n {2}Statement/,
    );
    writeFileSync(
      file,
      document({
        Effect: "Allow",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: "execute-api:/*",
        Condition: { StringEquals: { "aws:Referer": "execute-api:/*" } },
      }),
    );
    await expect(command("--from", file)).rejects.toThrow(/is no resource policy/);
    await expect(command("--from", join(folder, "nowhere"))).rejects.toThrow(/can't be read/);
  });
});
