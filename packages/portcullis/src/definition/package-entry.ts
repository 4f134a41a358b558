/** A subpath of the package in quotation marks, for an import in code that is written. */
export const packageEntry = (name: string): string => JSON.stringify(`portcullis/${name}`);
