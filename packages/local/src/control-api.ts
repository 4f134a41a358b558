import {
  ACCESS_EVALUATION_PATHS,
  accessAnalyzerHandler,
  accessEvaluationHandler,
  cloudtrailHandler,
  type Installation,
  ISSUER_PATHS,
  iamHandler,
  issuerHandler,
  LOGIN_PATHS,
  organizationsHandler,
  portcullisHandler,
  signInHandler,
  stsHandler,
} from "@portcullis/functions";
import type { ConsoleSite } from "./console/index.ts";
import { controlServer } from "./control-server.ts";
import { type Listening, listen } from "./server.ts";
import { SERVICE_REFERENCE_PATH, serviceReferenceHandler } from "./service-reference.ts";
import { type LocalSettings, REGION } from "./settings.ts";

/** The control API of a local installation. */
export interface ServedControlApi {
  readonly listening: Listening;
  readonly installation: Installation;
}

/**
 * Serves the control API, and the web console beside it. The issuer is the control API's URL, which
 * is known only once the port is.
 */
export async function serveControlApi(
  settings: LocalSettings,
  site: ConsoleSite | undefined,
  createFor: (issuer: string) => Installation,
): Promise<ServedControlApi> {
  let server: ReturnType<typeof controlServer> | undefined;
  const listening = await listen(settings.port, "PORT", (request, response) =>
    site?.takes(request) ? site.serve(request, response) : server?.(request, response),
  );
  const installation = createFor(listening.url);
  server = controlServer(
    { apiId: "control", account: settings.accountId, region: REGION, stage: "$default" },
    {
      "/iam": iamHandler(() => installation),
      "/sts": stsHandler(() => installation),
      "/organizations": organizationsHandler(() => installation),
      "/access-analyzer": accessAnalyzerHandler(() => installation),
      "/cloudtrail": cloudtrailHandler(() => installation),
      "/portcullis": portcullisHandler(() => installation),
      "/signin": signInHandler(() => installation),
      [SERVICE_REFERENCE_PATH]: serviceReferenceHandler(() => installation),
      ...Object.fromEntries(
        ACCESS_EVALUATION_PATHS.map((path) => [path, accessEvaluationHandler(() => installation)]),
      ),
      ...Object.fromEntries(LOGIN_PATHS.map((path) => [path, signInHandler(() => installation)])),
      ...Object.fromEntries(ISSUER_PATHS.map((path) => [path, issuerHandler(() => installation)])),
    },
  );
  return { listening, installation };
}
