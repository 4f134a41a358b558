import { cacheControl, securityHeaders } from "../packages/console/src/security-headers.ts";
import { consoleSource } from "./console-source.ts";
import type { Code } from "./handlers.ts";
import { physicalName } from "./stage.ts";

export interface ConsoleArgs {
  /** The control API's URL, as `controlApi` passes it. */
  readonly controlApiUrl: $util.Output<string>;
  /** A domain of your own. @default an address of CloudFront's */
  readonly domain?: sst.aws.StaticSiteArgs["domain"];
  readonly code?: Code;
}

export interface Console {
  readonly site: sst.aws.StaticSite;
  /** The console's origin: the only one whose pages may use the control API. */
  readonly origin: $util.Output<string>;
  readonly url: $util.Output<string>;
}

/**
 * The web console on CloudFront, with the control API's URL in it.
 * Pass it to `controlApi`, whose functions then answer its origin: `console: (controlApiUrl) =>
 * console("Console", { controlApiUrl })`.
 */
export function console(name: string, args: ConsoleArgs): Console {
  const { controlApiUrl, domain } = args;
  const site = new sst.aws.StaticSite(name, {
    ...consoleSource(name, controlApiUrl, args.code),
    ...(domain !== undefined && { domain }),
    assets: {
      // A page that is open during a deployment may still load parts of the former version.
      purge: false,
      fileOptions: [
        { files: "**", cacheControl: cacheControl("index.html") },
        { files: "assets/**", cacheControl: cacheControl("assets/any") },
      ],
    },
    edge: { viewerRequest: { injection: UNDER_CONSOLE } },
    transform: {
      // CloudFront alone reads the bucket, so it needs no CORS.
      assets: { cors: false },
      cdn: (cdn) => {
        const headers = responseHeaders(name, controlApiUrl);
        cdn.defaultCacheBehavior = $resolve({ behavior: cdn.defaultCacheBehavior }).apply(
          ({ behavior }) => ({
            ...behavior,
            allowedMethods: ["GET", "HEAD"],
            responseHeadersPolicyId: headers.id,
          }),
        );
        return undefined;
      },
    },
  });
  const origin = site.url.apply((url) => new URL(url).origin);
  return { site, origin, url: $interpolate`${origin}/console/` };
}

/**
 * The console's paths begin with `/console/`, its files' do not. Any other path leads to it;
 * unknown paths below it are the console's pages, for which SST answers index.html.
 */
const UNDER_CONSOLE = `
  if (!event.request.uri.startsWith("/console/")) {
    return {
      statusCode: 302,
      statusDescription: "Found",
      headers: { location: { value: "/console/" } },
    };
  }
  event.request.uri = event.request.uri.slice("/console".length);
`;

/**
 * The same headers as those of the local console. CloudFront has a setting of its own for each
 * header that it counts as a security header, and refuses it among the others.
 */
function responseHeaders(name: string, controlApiUrl: $util.Output<string>) {
  const headers = controlApiUrl.apply((controlApi) => securityHeaders({ controlApi, https: true }));
  const value = (header: string) => headers.apply((all) => all[header] ?? "");
  const override = true;
  const custom = [
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
  ];
  return new aws.cloudfront.ResponseHeadersPolicy(`${name}Headers`, {
    name: physicalName("console"),
    securityHeadersConfig: {
      contentSecurityPolicy: {
        contentSecurityPolicy: value("content-security-policy"),
        override,
      },
      contentTypeOptions: { override },
      referrerPolicy: { referrerPolicy: value("referrer-policy"), override },
      strictTransportSecurity: {
        accessControlMaxAgeSec: value("strict-transport-security").apply((text) =>
          Number(/max-age=(\d+)/.exec(text)?.[1]),
        ),
        includeSubdomains: value("strict-transport-security").apply((text) =>
          /includeSubDomains/i.test(text),
        ),
        override,
      },
    },
    customHeadersConfig: {
      items: custom.map((header) => ({ header, value: value(header), override })),
    },
  });
}
