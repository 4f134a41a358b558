export {
  type DevGateway,
  type DevGatewayOptions,
  type DevInstallation,
  startDevGateway,
} from "./dev-gateway.ts";
export type { ProxyEvent } from "./proxy-options.ts";
