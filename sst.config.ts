/// <reference path="./.sst/platform/config.d.ts" />

/** Portcullis' own app: the identity store, the control API, and the sample API that they protect. */
export default $config({
  app({ stage }) {
    // a silo is a tenant's own installation
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
      controlApi,
      identityStore,
      keepsData,
      mendRoleTrust,
      monitoring,
      rootKey,
      rootPassword,
      setUp,
      usage,
    } = await import("./stacks/index.ts");
    const { ordersApi } = await import("./examples/orders/stack.ts");
    const { ordersService } = await import("./examples/orders/src/orders-service.ts");
    mendRoleTrust();

    const tracing = process.env.PORTCULLIS_XRAY === "on";
    const root = await rootKey();
    const password = await rootPassword();
    const store = await identityStore("Identity");
    const setup = setUp("Setup", { store, rootKey: root, rootPassword: password, tracing });
    const control = controlApi("Control", { store, services: [ordersService], tracing });
    const orders = ordersApi("Orders", { store, issuer: control.api.url, tracing });
    const learns = usage("Usage", {
      store,
      tracing,
      of: {
        iam: control.functions.iam,
        sts: control.functions.sts,
        organizations: control.functions.organizations,
        orders_authorizer: orders.authorizer,
      },
    });
    const watch = keepsData()
      ? monitoring("Monitoring", {
          apis: { control: control.api, orders: orders.api },
          functions: { setup, ...control.functions, orders: orders.function, usage: learns },
          authorizers: { orders_authorizer: orders.authorizer },
          store,
        })
      : undefined;

    return {
      ...control.endpoints,
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
