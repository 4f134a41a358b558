import { beforeAll, describe, expect, test } from "vitest";
import { cacheControl, securityHeaders } from "../../packages/console/src/security-headers.ts";
import {
  type Deployment,
  deployment,
  environment,
  ofType,
  resource,
  sampleStage,
} from "./deployment.ts";
import { sentBy } from "./sent-headers.ts";

const CONTROL_API = "https://ControlApi-id.execute-api.eu-west-1.amazonaws.com";

/** The web console as `sst.config.ts` deploys it. */
describe("the console", () => {
  let plain: Deployment;
  let named: Deployment;
  let live: Deployment;

  beforeAll(async () => {
    [plain, named, live] = await Promise.all([
      sampleStage("personal"),
      deployment({
        stage: "alice",
        variables: {
          PORTCULLIS_CONSOLE_DOMAIN: "console.example.com",
          PORTCULLIS_CONSOLE_CERTIFICATE: "arn:aws:acm:us-east-1:123456789012:certificate/of-ours",
        },
      }),
      sampleStage("dev"),
    ]);
  }, 120_000);

  const behavior = (of: Deployment) =>
    resource(of, "aws:cloudfront/distribution:Distribution", "ConsoleCdnDistribution").inputs
      .defaultCacheBehavior;

  test("is built with the control API's URL, and says where it is", () => {
    expect(resource(plain, "command:local:Command", "ConsoleBuilder").inputs).toMatchObject({
      environment: { VITE_CONTROL_API_URL: CONTROL_API },
      create: "npx vite build --outDir dist-deployed --emptyOutDir",
    });
    expect(plain.outputs.console).toBe("https://consolecdndistribution-id.cloudfront.net/console/");
    expect(named.outputs.console).toBe("https://console.example.com/console/");
  });

  test("is sent with every header of the local console's, and over https alone", () => {
    expect(behavior(plain)).toMatchObject({
      responseHeadersPolicyId: "ConsoleHeaders-id",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
    });
    const expected = securityHeaders({ controlApi: CONTROL_API, https: true });
    expect(sentBy(plain, "ConsoleHeaders")).toEqual(expected);
    expect(expected["content-security-policy"]).toContain(
      "connect-src 'self' https://controlapi-id.execute-api.eu-west-1.amazonaws.com",
    );
  });

  test("keeps hashed files for ever, and asks for the others again", () => {
    const [{ inputs } = { inputs: {} }] = plain.resources.filter(
      ({ name }) => name === "ConsoleAssetFiles.sst.aws.BucketFiles",
    );
    const { files, purge }: Upload = JSON.parse(JSON.stringify(inputs));
    expect(purge).toBe(false);
    expect(files.length).toBeGreaterThan(1);
    for (const { key, cacheControl: header } of files)
      expect([key, header]).toEqual([key, cacheControl(key)]);
    expect(files.map(({ cacheControl: header }) => header)).toContain("no-cache");
  });

  test("answers below /console/ what its files have without it, and leads there from anywhere", async () => {
    const { inputs } = resource(
      plain,
      "aws:cloudfront/function:Function",
      "ConsoleCloudfrontFunctionRequest",
    );
    const [, injected = ""] =
      /async function handler\(event\) \{([\s\S]*?)\n {2}\n? {2}async function routeSite/.exec(
        String(inputs.code),
      ) ?? [];
    expect(injected).toContain("/console/");
    const viewerRequest = new Function("event", `${injected}\nreturn event.request.uri;`);
    const at = (uri: string) => viewerRequest({ request: { uri } });
    expect(at("/console/")).toBe("/");
    expect(at("/console/assets/index-0.js")).toBe("/assets/index-0.js");
    expect(at("/console/users/bob")).toBe("/users/bob");
    for (const uri of ["/", "/console", "/consoles/x", "/index.html", "//console/"])
      expect(at(uri)).toMatchObject({
        statusCode: 302,
        headers: { location: { value: "/console/" } },
      });
  });

  test("is the one origin that the control API's functions answer, and the gateway answers none", () => {
    for (const name of ["ControlIam", "ControlSts", "ControlOrganizations", "ControlSignIn"])
      expect([name, environment(named, name).PORTCULLIS_CONSOLE_ORIGIN]).toEqual([
        name,
        "https://console.example.com",
      ]);
    expect(environment(named, "ControlIssuer").PORTCULLIS_CONSOLE_ORIGIN).toBeUndefined();
    const api = resource(named, "aws:apigatewayv2/api:Api", "ControlApi").inputs;
    expect(api.corsConfiguration).toEqual({});
  });

  test("has a bucket that CloudFront alone reads", () => {
    expect(
      resource(
        plain,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "ConsoleAssetsPublicAccessBlock",
      ).inputs,
    ).toMatchObject({ blockPublicPolicy: true, restrictPublicBuckets: true });
    expect(ofType(plain, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")).toEqual([]);
  });

  test("under sst dev is Vite's own server, which the functions answer too", () => {
    expect(ofType(live, "aws:cloudfront/distribution:Distribution")).toEqual([]);
    expect(environment(live, "ControlIam").PORTCULLIS_CONSOLE_ORIGIN).toBe("http://localhost:5173");
  });
});

interface Upload {
  readonly purge: boolean;
  readonly files: readonly { readonly key: string; readonly cacheControl: string }[];
}
