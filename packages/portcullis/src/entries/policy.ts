export * from "@portcullis/policy";
