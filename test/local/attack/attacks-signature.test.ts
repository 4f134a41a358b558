import { UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiAnswer,
  send,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { allow, session, user } from "../../support/people.ts";
import {
  amzDateOf,
  presign,
  type Signed,
  signHeader,
  type WireRequest,
} from "../../support/wire-signer.ts";

/**
 * "Signing requests to a protected API": what is refused, at the running gateways, each by one
 * change to a request that passes.
 */
describe("requests to a protected API, signed wrongly", () => {
  let installation: TestInstallation;
  let ana: TestCredentials;
  let temporary: TestCredentials;
  const host = () => new URL(installation.local.apiUrl).host;
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);

  beforeAll(async () => {
    installation = await startInstallation();
    ana = await user(
      installation,
      "ana",
      allow(["orders:*", "execute-api:Invoke", "sts:AssumeRole"]),
    );
    temporary = await session(
      installation,
      "clerk",
      ana,
      allow(["orders:*", "execute-api:Invoke"]),
    );
  });
  afterAll(() => installation.stop());

  const sent = ({ method, target, headers }: Signed, body?: string): Promise<ApiAnswer> =>
    send(installation.local.apiUrl, method, target, headers, body);
  const header = (request: Partial<WireRequest> = {}, who = ana) =>
    signHeader(host(), who, { path: "/orders", ...request });
  const query = (
    request: Partial<WireRequest> = {},
    parameters: Record<string, string | undefined> = {},
    who = ana,
  ) => presign(host(), who, { path: "/orders", ...request }, parameters);
  const lines = ({ headers }: Signed): string[] => Object.entries(headers).flat();

  it("passes when it is right: in the header and in the query, with long-term and temporary keys", async () => {
    for (const who of [ana, temporary]) {
      expect(await sent(header({}, who))).toMatchObject({ status: 200 });
      expect(await sent(query({}, {}, who))).toMatchObject({ status: 200 });
    }
    const body = '{"item":"book","quantity":1}';
    expect(await sent(header({ method: "POST", body }), body)).toMatchObject({ status: 201 });
  });

  const refused: Record<string, () => Promise<ApiAnswer>> = {
    "no credentials": () => sent({ method: "GET", target: "/orders", headers: { host: host() } }),
    "another's secret": () =>
      sent(header({}, { ...ana, secretAccessKey: temporary.secretAccessKey })),
    "an access key that never was": () =>
      sent(header({}, { ...ana, accessKeyId: "AKIAIOSFODNN7EXAMPLE" })),
    "host unsigned": () => sent(header({ unsigned: ["host"] })),
    "host unsigned, presigned": () => sent(query({ unsigned: ["host"] })),
    "the session token unsigned": () =>
      sent(header({ unsigned: ["x-amz-security-token"] }, temporary)),
    "the session token left out": () => sent(header({}, { ...temporary, sessionToken: "" })),
    "the session token of another": () =>
      sent(header({}, { ...temporary, sessionToken: "cm9vdA.AAAA" })),
    "a session token with a long-term key": () =>
      sent(header({}, { ...ana, sessionToken: temporary.sessionToken ?? "" })),
    "a session token with a long-term key, presigned": () =>
      sent(query({}, {}, { ...ana, sessionToken: temporary.sessionToken ?? "" })),
    "the session token in a header of a presigned request": () => {
      const { sessionToken = "", ...key } = temporary;
      return sent(query({ headers: { "x-amz-security-token": sessionToken } }, {}, key));
    },
    "another region": () => sent(header({ region: "eu-west-1" })),
    "another service": () => sent(header({ service: "iam" })),
    "signed more than five minutes ago": () => sent(header({ date: minutes(-6) })),
    "signed more than five minutes from now": () => sent(header({ date: minutes(6) })),
    "presigned, and expired": () => sent(query({ date: minutes(-6) })),
    "presigned to begin later": () => sent(query({ date: minutes(6) })),
    "presigned for more than a week": () => sent(query({}, { "X-Amz-Expires": "604801" })),
    "presigned for no time": () => sent(query({}, { "X-Amz-Expires": "0" })),
    "presigned without an end": () => sent(query({}, { "X-Amz-Expires": undefined })),
    "signed in the header and in the query": async () => {
      const presigned = query();
      const headers = {
        ...signHeader(host(), ana, { path: "/orders" }).headers,
        ...presigned.headers,
      };
      return sent({ ...presigned, headers });
    },
    "two Authorization headers": () => {
      const signed = header();
      const twice = [...lines(signed), "Authorization", signed.headers.authorization ?? ""];
      return send(installation.local.apiUrl, "GET", signed.target, twice);
    },
    "a second Authorization header of another scheme": () => {
      const signed = header();
      return send(installation.local.apiUrl, "GET", "/orders", [
        ...lines(signed),
        "authorization",
        "Basic YTpi",
      ]);
    },
    "credentials only where API Gateway puts remapped headers": () => {
      const { authorization = "", ...headers } = header().headers;
      return sent({
        method: "GET",
        target: "/orders",
        headers: { ...headers, "x-amzn-remapped-authorization": authorization },
      });
    },
    "a repeated parameter": () => {
      const signed = query();
      return sent({ ...signed, target: `${signed.target}&X-Amz-Expires=300` });
    },
    "a parameter repeated in other case (CVE-2022-2385)": () => {
      const signed = query();
      return sent({ ...signed, target: `${signed.target}&x-amz-credential=${ana.accessKeyId}` });
    },
    "a parameter spelled in other case": () =>
      sent(query({}, { "X-Amz-Date": undefined, "x-amz-date": amzDateOf(new Date()) })),
    "an unsigned x-amz- header added on the way": () => {
      const signed = query();
      return sent({ ...signed, headers: { ...signed.headers, "x-amz-meta": "more" } });
    },
    "a changed method": () => sent({ ...header(), method: "POST" }),
    "a changed path": () => sent({ ...header(), target: "/orders/1" }),
    "an added query": () => sent({ ...header(), target: "/orders?all=true" }),
    "a body that was not declared": () =>
      sent(header({ method: "POST", body: "{}", contentSha256: false }), "{}"),
    "an unsigned payload": () =>
      sent(header({ method: "POST", body: "{}", contentSha256: "UNSIGNED-PAYLOAD" }), "{}"),
    "a streaming payload": () =>
      sent(
        header({ method: "POST", body: "{}", contentSha256: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" }),
        "{}",
      ),
  };
  it.each(Object.keys(refused))("refuses: %s", async (name) => {
    expect(await refused[name]?.()).toMatchObject({
      status: 401,
      body: { message: "Unauthorized" },
    });
  });

  it("refuses a body other than the declared one, before the function sees it", async () => {
    const signed = header({ method: "POST", body: '{"item":"book","quantity":1}' });
    const changed = '{"item":"book","quantity":9}';
    expect((await sent(signed, changed)).status).toBe(400);
    expect((await sent(signed)).status).toBe(400);
  });

  it("refuses a request again once its time is over, and not before", async () => {
    const soon = query({ date: new Date(Date.now() - 299_000) }, { "X-Amz-Expires": "300" });
    expect((await sent(soon)).status).toBe(200);
    await new Promise((wait) => setTimeout(wait, 2_100));
    expect((await sent(soon)).status).toBe(401);
  });

  it("refuses an inactive key, presigned long before", async () => {
    const bob = await user(installation, "bob", allow("orders:*"));
    const signed = presign(host(), bob, { path: "/orders" }, { "X-Amz-Expires": "604800" });
    expect((await sent(signed)).status).toBe(200);
    await installation.iam.send(
      new UpdateAccessKeyCommand({
        UserName: "bob",
        AccessKeyId: bob.accessKeyId,
        Status: "Inactive",
      }),
    );
    expect((await sent(signed)).status).toBe(401);
  });

  it("says of every refusal why, in the log and nowhere else", () => {
    const reasons = installation.decisions.filter(({ outcome }) => outcome === "unauthenticated");
    expect(reasons.length).toBeGreaterThan(Object.keys(refused).length - 3);
    for (const { reason } of reasons) expect(reason).toMatch(/\w{4}/);
  });
});
