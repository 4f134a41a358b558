/// <reference path="../../../.sst/platform/config.d.ts" />

/** Portcullis after a restore: only what holds the installation. */
export default $config({
  app: () => ({ name: "portcullis", home: "aws", removal: "retain" }),
  async run() {
    const { identityStore, rootKey, setUp } = await import("../../../stacks/index.ts");
    const root = await rootKey();
    const store = await identityStore("Identity", {
      restoredTable: "portcullis-production-identity-restored",
    });
    setUp("Setup", { store, rootKey: root, code: "../../.." });
    return { table: store.tableName };
  },
});
