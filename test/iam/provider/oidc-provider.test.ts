import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  alreadyExists,
  invalidInput,
  limitExceeded,
  noSuchEntity,
  validationError,
} from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { refusal } from "../../support/refusal.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const PRINT = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";
const arnOf = (url: string) => `arn:aws:iam::${account}:oidc-provider/${url}`;
const make = (Url: string, more: object = {}) =>
  iam.send(new CreateOpenIDConnectProviderCommand({ Url, ...more }));
const get = async (OpenIDConnectProviderArn: string) => {
  const { $metadata, ...provider } = await iam.send(
    new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }),
  );
  return provider;
};
const clientIds = async (arn: string) => (await get(arn)).ClientIDList;

test("a provider is made, shown without scheme, listed, and deleted as often as asked for", async () => {
  const made = await make("https://idp.example.com/realm/", {
    ClientIDList: ["a", "b", "a"],
    ThumbprintList: [PRINT],
    Tags: [{ Key: "k", Value: "v" }],
  });
  const arn = arnOf("idp.example.com/realm/");
  expect(made).toMatchObject({ OpenIDConnectProviderArn: arn, Tags: [{ Key: "k", Value: "v" }] });
  expect(await get(arn)).toEqual({
    Url: "idp.example.com/realm/",
    ClientIDList: ["a", "b"],
    ThumbprintList: [PRINT],
    CreateDate: expect.any(Date),
    Tags: [{ Key: "k", Value: "v" }],
  });
  await make("https://bare.example.com");
  expect(await get(arnOf("bare.example.com"))).toMatchObject({
    ClientIDList: [],
    ThumbprintList: [],
    Tags: [],
  });
  const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  expect(OpenIDConnectProviderList).toEqual([{ Arn: arnOf("bare.example.com") }, { Arn: arn }]);
  for (let time = 0; time < 2; time++) {
    await iam.send(
      new DeleteOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: arnOf("bare.example.com"),
      }),
    );
  }
  expect(
    (await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList,
  ).toEqual([{ Arn: arn }]);
});

test("one provider for a URL, whoever comes first", async () => {
  await make("https://once.example.com");
  expect(await refusal(make("https://ONCE.example.com"))).toEqual(
    alreadyExists("Provider with url https://once.example.com already exists."),
  );
  const attempts = await Promise.allSettled(
    Array.from({ length: 10 }, () => make("https://race.example.com")),
  );
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test.each([
  "http://idp.example.com",
  "idp.example.com",
  "https://a:b@idp.example.com",
  "https://idp.example.com?x=1",
  "https://idp.example.com#x",
])("%s is no provider's URL", async (url) => {
  expect(await refusal(make(url))).toEqual(validationError("Invalid Open ID Connect Provider URL"));
});

test("audiences and thumbprints are changed, as often as asked for, within their limits", async () => {
  await make("https://changed.example.com", { ClientIDList: ["first"] });
  const OpenIDConnectProviderArn = arnOf("changed.example.com");
  const add = (ClientID: string) =>
    iam.send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
  await add("second");
  await add("second");
  expect(await clientIds(OpenIDConnectProviderArn)).toEqual(["first", "second"]);
  for (const ClientID of ["first", "never"]) {
    await iam.send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }),
    );
  }
  expect(await clientIds(OpenIDConnectProviderArn)).toEqual(["second"]);
  await iam.send(
    new UpdateOpenIDConnectProviderThumbprintCommand({
      OpenIDConnectProviderArn,
      ThumbprintList: [PRINT],
    }),
  );
  expect((await get(OpenIDConnectProviderArn)).ThumbprintList).toEqual([PRINT]);
  const update = (ThumbprintList: string[]) =>
    iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn,
        ThumbprintList,
      }),
    );
  expect(await refusal(update(Array.from({ length: 6 }, () => PRINT)))).toEqual(
    invalidInput("Thumbprint list must contain at most 5 entries."),
  );
  expect(await refusal(update(["z".repeat(40)]))).toMatchObject({ code: "InvalidInput" });
  const ClientIDList = Array.from({ length: 100 }, (_, index) => `client-${index}`);
  await make("https://full.example.com", { ClientIDList });
  const tooMany = limitExceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100");
  const full = new AddClientIDToOpenIDConnectProviderCommand({
    OpenIDConnectProviderArn: arnOf("full.example.com"),
    ClientID: "x",
  });
  expect(await refusal(iam.send(full))).toEqual(tooMany);
});

test("tags are merged, listed and removed", async () => {
  await make("https://tagged.example.com", { Tags: [{ Key: "a", Value: "1" }] });
  const OpenIDConnectProviderArn = arnOf("tagged.example.com");
  await iam.send(
    new TagOpenIDConnectProviderCommand({
      OpenIDConnectProviderArn,
      Tags: [{ Key: "b", Value: "2" }],
    }),
  );
  await iam.send(
    new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys: ["A"] }),
  );
  expect(
    await iam.send(new ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn })),
  ).toMatchObject({ Tags: [{ Key: "b", Value: "2" }], IsTruncated: false });
});

test("what can't be found", async () => {
  const OpenIDConnectProviderArn = arnOf("nobody.example.com");
  const missing = noSuchEntity(
    `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
  );
  const named = { OpenIDConnectProviderArn };
  expect(await refusal(iam.send(new GetOpenIDConnectProviderCommand(named)))).toEqual(missing);
  expect(
    await refusal(
      iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: "x" })),
    ),
  ).toEqual(missing);
  expect(
    await refusal(
      iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...named, ClientID: "x" })),
    ),
  ).toEqual(missing);
  expect(
    await refusal(
      iam.send(
        new UpdateOpenIDConnectProviderThumbprintCommand({ ...named, ThumbprintList: [PRINT] }),
      ),
    ),
  ).toEqual(missing);
  expect(
    await refusal(iam.send(new TagOpenIDConnectProviderCommand({ ...named, Tags: [] }))),
  ).toEqual(missing);
  expect(
    await refusal(iam.send(new UntagOpenIDConnectProviderCommand({ ...named, TagKeys: ["x"] }))),
  ).toEqual(missing);
  expect(await refusal(iam.send(new ListOpenIDConnectProviderTagsCommand(named)))).toEqual(missing);
  const noArn = { OpenIDConnectProviderArn: "a-name-of-twenty-letters" };
  expect(await refusal(iam.send(new DeleteOpenIDConnectProviderCommand(noArn)))).toEqual(
    validationError("Invalid ARN:  Could not be parsed!"),
  );
});
