/// <reference path="./.sst/platform/config.d.ts" />

/** Portcullis' own app: identity store, control API, and the sample API that they protect. */
export default $config({
  app({ stage }) {
    // A silo is an installation of one tenant's own.
    const kept = stage === "production" || stage.startsWith("silo-");
    return {
      name: "portcullis",
      home: "aws",
      removal: kept ? "retain" : "remove",
      protect: kept,
    };
  },
  async run() {
    const {
      console,
      controlApi,
      identityStore,
      keepsData,
      restrictRoleTrust,
      monitoring,
      observeSetting,
      rootKey,
      rootPassword,
      setUp,
      usage,
    } = await import("./stacks/index.ts");
    const { ORDERS, ordersApi } = await import("./examples/orders/stack.ts");
    const observe = process.env.PORTCULLIS_OBSERVE === "on";
    if (observe) observeSetting(observe);
    restrictRoleTrust();

    const tracing = process.env.PORTCULLIS_XRAY === "on";
    const root = await rootKey();
    const password = await rootPassword();
    const store = await identityStore("Identity");
    const setup = setUp("Setup", { store, rootKey: root, rootPassword: password, tracing });
    const control = controlApi("Control", {
      store,
      apis: [ORDERS],
      tracing,
      console: (controlApiUrl) => console("Console", { controlApiUrl, ...consoleDomain() }),
    });
    const orders = ordersApi("Orders", { store, issuer: control.api.url, tracing, observe });
    const learns = usage("Usage", {
      store,
      tracing,
      of: {
        iam: control.functions.iam,
        sts: control.functions.sts,
        organizations: control.functions.organizations,
        access_analyzer: control.functions.access_analyzer,
        access_evaluation: control.functions.access_evaluation,
        cloudtrail: control.functions.cloudtrail,
        portcullis: control.functions.portcullis,
        signin: control.functions.signin,
        orders_authorizer: orders.authorizer,
      },
    });
    const watch = keepsData()
      ? monitoring("Monitoring", {
          apis: { control: control.api, orders: orders.api },
          functions: { setup, ...control.functions, orders: orders.function, usage: learns },
          authorizers: { orders_authorizer: orders.authorizer },
          observed: observe ? ["orders"] : [],
          store,
        })
      : undefined;

    return {
      ...control.endpoints,
      ...(control.console && { console: control.console.url }),
      orders: orders.api.url,
      table: store.tableName,
      key: store.keyArn,
      ...(watch && { alarms: watch.topicArn }),
      ...(root.generated && {
        rootAccessKeyId: root.accessKeyId.value,
        rootSecretAccessKey: root.secretAccessKey.value,
      }),
      ...(password?.generated && { rootPassword: password.value }),
    };
  },
});

/** The console's own domain, with its certificate in us-east-1 unless Route 53 has the zone. */
function consoleDomain() {
  const { PORTCULLIS_CONSOLE_DOMAIN: name, PORTCULLIS_CONSOLE_CERTIFICATE: cert } = process.env;
  if (!name) return {};
  return { domain: cert ? { name, cert, dns: false as const } : { name } };
}
