// The page of the sample API's actions, resources and condition keys, from its service definition.
import { serviceReference } from "@portcullis/authorizer/reference";
import { ordersService } from "@portcullis/example-orders";

export const FILE = "docs/reference/orders.md";

export const render = () => serviceReference(ordersService);
