/// <reference path="./.sst/platform/config.d.ts" />

/** Portcullis deployed as it is: the identity store, the control API, and the sample API that it protects. */
export default $config({
  app({ stage }) {
    const production = stage === "production";
    return {
      name: "portcullis",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
    };
  },
  async run() {
    const { controlApi, identityStore, mendRoleTrust, ordersApi, rootKey } = await import(
      "./stacks/index.ts"
    );
    mendRoleTrust();

    const root = rootKey();
    const store = identityStore("Identity");
    const control = controlApi("Control", { store, rootKey: root });
    const orders = ordersApi("Orders", { store });

    return {
      iam: control.endpoints.iam,
      sts: control.endpoints.sts,
      orders: orders.api.url,
      table: store.tableName,
      ...(root.generated && {
        rootAccessKeyId: root.accessKeyId.value,
        rootSecretAccessKey: root.secretAccessKey.value,
      }),
    };
  },
});
