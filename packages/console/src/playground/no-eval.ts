import { config } from "zod";

// Zod compiles schemas with `new Function` otherwise, which the content security policy forbids. It
// asks when a schema is made, so that this must run before any other module.
config({ jitless: true });
