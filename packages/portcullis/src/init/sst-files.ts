import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { constantName, pascalOf } from "../definition/code.ts";
import { packageEntry } from "../definition/package-entry.ts";

/** The authorizer's function. */
export const sstAuthorizer = (definition: ServiceDefinition): string =>
  `import { authorizerHandler, deployedAuthorizer } from ${packageEntry("lambda")};
import { ${constantName(definition)} } from "./portcullis.service";

export const handler = authorizerHandler(() => deployedAuthorizer(${constantName(definition)}));
`;

/** The installation, and the protection of one HTTP API. */
export const sstInfrastructure = (definition: ServiceDefinition): string =>
  `import {
  console,
  controlApi,
  identityStore,
  protect,
  restrictRoleTrust,
  rootKey,
  setUp,
  useSst,
} from ${packageEntry("sst")};
import { ${constantName(definition)} } from "./portcullis.service";

/**
 * Deploys users, roles and policies with their control API and web console, and lets them decide
 * every request to an API. Pass \`auth\` to each of its routes: one without it is open to everybody.
 */
export async function protectApi(api: sst.aws.ApiGatewayV2) {
  useSst({ sst, aws });
  restrictRoleTrust();
  const root = await rootKey();
  const store = await identityStore("Identity");
  setUp("Setup", { store, rootKey: root });
  const control = controlApi("Control", {
    store,
    apis: [{ apiId: "${definition.service}", service: ${constantName(definition)} }],
    console: (controlApiUrl) => console("Console", { controlApiUrl }),
  });
  const { auth } = protect("${pascalOf(definition)}Protection", api, {
    apiId: "${definition.service}",
    store,
    handler: "portcullis.authorizer.handler",
  });
  return {
    auth,
    outputs: {
      ...control.endpoints,
      ...(control.console && { console: control.console.url }),
      // Of a stage that does not keep its data: generated, and shown nowhere else.
      ...(root.generated && {
        rootAccessKeyId: root.accessKeyId.value,
        rootSecretAccessKey: root.secretAccessKey.value,
      }),
    },
  };
}
`;
