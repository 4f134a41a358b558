/// <reference path="../../.sst/platform/config.d.ts" />

/** An app of its own that protects its APIs by Portcullis. Here Portcullis lies two folders up; elsewhere, wherever you cloned it. */
export default $config({
  app({ stage }) {
    return { name: "billing", home: "aws", removal: stage === "production" ? "retain" : "remove" };
  },
  async run() {
    const {
      controlApi,
      identityStore,
      keepsData,
      mendRoleTrust,
      monitoring,
      protect,
      protectRest,
      rootKey,
      setUp,
    } = await import("../../stacks/index.ts");
    const { assertRouted } = await import(
      "../../packages/authorizer/src/service/service-definition.ts"
    );
    const { invoicesService } = await import("./src/invoices-service.ts");
    mendRoleTrust();

    const code = "../..";
    const root = await rootKey();
    const store = await identityStore("Identity");
    setUp("Setup", { store, rootKey: root, code });
    const domain = {
      name: "iam.example.com",
      dns: false,
      cert: "arn:aws:acm:eu-west-1:123456789012:certificate/of-yours",
    } as const;
    const control = controlApi("Control", {
      store,
      code,
      services: [invoicesService],
      ...($app.stage === "production" && { domain }),
    });

    // an HTTP API, whose authorizer knows what its routes mean
    const api = new sst.aws.ApiGatewayV2("Invoices", { cors: false });
    const invoices = protect("InvoicesProtection", api, {
      apiId: "invoices",
      store,
      handler: "src/authorizer.handler",
    });
    const routes = {
      "GET /invoices": "src/list-invoices.handler",
      "GET /invoices/{invoiceId}": "src/get-invoice.handler",
    };
    // a definition for other routes than these would leave the API to `execute-api:Invoke`, and nobody would notice
    assertRouted(invoicesService, Object.keys(routes));
    for (const [route, handler] of Object.entries(routes))
      api.route(route, handler, { auth: invoices.auth });

    // a REST API, judged by its paths
    const rest = new sst.aws.ApiGatewayV1("Reports", { cors: true });
    const reports = protectRest("ReportsProtection", rest, {
      apiId: "reports",
      store,
      code,
      cors: true,
      // dashboards ask all the time: who may no longer see reports may still do so for this long
      stalenessSeconds: 5,
    });
    rest.route("GET /reports", "src/list-invoices.handler", { auth: reports.auth });
    rest.deploy();

    const watch = keepsData()
      ? monitoring("Monitoring", {
          apis: { control: control.api, invoices: api, reports: rest },
          functions: control.functions,
          authorizers: {
            invoices_authorizer: invoices.authorizer,
            reports_authorizer: reports.authorizer,
          },
          store,
        })
      : undefined;

    return {
      ...control.endpoints,
      invoices: api.url,
      reports: rest.url,
      ...(watch && { alarms: watch.topicArn }),
      // made up where the stage is thrown away, and shown nowhere else
      ...(root.generated && {
        rootAccessKeyId: root.accessKeyId.value,
        rootSecretAccessKey: root.secretAccessKey.value,
      }),
    };
  },
});
