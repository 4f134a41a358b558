/// <reference path="../../.sst/platform/config.d.ts" />

/** An app of one's own that protects its APIs by the npm package `portcullis`. */
export default $config({
  app({ stage }) {
    return { name: "billing", home: "aws", removal: stage === "production" ? "retain" : "remove" };
  },
  async run() {
    const {
      console,
      controlApi,
      identityStore,
      keepsData,
      restrictRoleTrust,
      monitoring,
      protect,
      protectRest,
      rootKey,
      setUp,
      usage,
      useSst,
    } = await import("portcullis/sst");
    const { assertRouted } = await import("portcullis/service");
    const { invoicesService } = await import("./src/invoices-service.ts");
    useSst({ sst, aws });
    restrictRoleTrust();

    const root = await rootKey();
    const store = await identityStore("Identity");
    setUp("Setup", { store, rootKey: root });
    // the control API's own domain and its certificate, where you have them
    const { IAM_DOMAIN: name, IAM_CERTIFICATE: cert } = process.env;
    const control = controlApi("Control", {
      store,
      apis: [
        { apiId: "invoices", service: invoicesService },
        { apiId: "reports", gateway: "rest", routes: ["GET /reports"] },
      ],
      console: (controlApiUrl) => console("Console", { controlApiUrl }),
      ...(name && cert && { domain: { name, cert, dns: false } }),
    });

    // An HTTP API whose authorizer has a service definition.
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
    // With a definition for other routes than these, the API would ask for `execute-api:Invoke`.
    assertRouted(invoicesService, Object.keys(routes));
    for (const [route, handler] of Object.entries(routes))
      api.route(route, handler, { auth: invoices.auth });

    // A REST API without one: its routes ask for `execute-api:Invoke`.
    const rest = new sst.aws.ApiGatewayV1("Reports", { cors: true });
    const reports = protectRest("ReportsProtection", rest, {
      apiId: "reports",
      store,
      cors: true,
      // A dashboard polls: after a permission is taken away, it holds for this long.
      stalenessSeconds: 5,
    });
    rest.route("GET /reports", "src/list-invoices.handler", { auth: reports.auth });
    rest.deploy();

    // Servers that decide by a middleware write their decisions to a log group, where they run on
    // ECS or with CloudWatch's agent. They need no right to write anywhere else.
    const { SERVER_LOG_GROUP: servers } = process.env;
    usage("Usage", {
      store,
      of: { invoices_authorizer: invoices.authorizer, reports_authorizer: reports.authorizer },
      ...(servers && { logGroups: { servers } }),
    });

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
      ...(control.console && { console: control.console.url }),
      invoices: api.url,
      reports: rest.url,
      ...(watch && { alarms: watch.topicArn }),
      // Generated for a stage that does not keep its data, and shown nowhere else.
      ...(root.generated && {
        rootAccessKeyId: root.accessKeyId.value,
        rootSecretAccessKey: root.secretAccessKey.value,
      }),
    };
  },
});
