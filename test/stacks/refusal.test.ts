import { describe, expect, test } from "vitest";
import { deployment, Refusal, ROOT_KEY } from "./deployment.ts";

describe("a deployment is refused, before anything is touched,", () => {
  const refusals = {
    "of production without a root key": [
      { stage: "production" },
      "the stage `production` has no root key: `sst secret set RootAccessKeyId <value> --stage production` and `sst secret set RootSecretAccessKey <value> --stage production` first",
    ],
    "of a tenant's own installation, which is kept as production is, without a root key": [
      { stage: "silo-acme" },
      "the stage `silo-acme` has no root key: `sst secret set RootAccessKeyId <value> --stage silo-acme` and `sst secret set RootSecretAccessKey <value> --stage silo-acme` first",
    ],
    "with half a root key": [
      { stage: "alice", secrets: { RootAccessKeyId: ROOT_KEY.RootAccessKeyId } },
      "the stage `alice` has no root key: `sst secret set RootSecretAccessKey <value> --stage alice` first",
    ],
    "with a secret that could be guessed": [
      { stage: "production", secrets: { ...ROOT_KEY, RootSecretAccessKey: "hunter2" } },
      "the secret `RootSecretAccessKey` is too short: 32 characters at least",
    ],
    "to a stage whose name AWS would cut": [
      { stage: "someone-with-a-long-name" },
      "the names of the app and the stage are too long together: `portcullis-someone-with-a-long-name` has 35 characters, and AWS leaves room for 32",
    ],
  } as const;

  test.concurrent.each(Object.entries(refusals))(
    "%s",
    async (_, [stage, sentence]) => {
      await expect(deployment(stage)).rejects.toEqual(new Refusal(sentence, []));
    },
    60_000,
  );
});
