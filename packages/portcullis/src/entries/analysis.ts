export * from "@portcullis/analysis";
