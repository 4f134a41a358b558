// `npm run docs`: writes docs/orders.md from the sample's service definition.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { serviceReference } from "@portcullis/authorizer/reference";
import { ordersService } from "@portcullis/example-orders";

const file = join(resolve(import.meta.dirname, ".."), "docs/orders.md");
writeFileSync(file, serviceReference(ordersService));
