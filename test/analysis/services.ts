// biome-ignore-all lint/suspicious/noTemplateCurlyInString: AWS writes ARN formats so
import { indexServices, type ServiceReference } from "../../packages/analysis/src/index.ts";

/** The sample API as its service definition has it. */
export const ORDERS: ServiceReference = {
  Name: "orders",
  Actions: [
    { Name: "ListOrders", ActionConditionKeys: [], Annotations: { Properties: { IsList: true } } },
    {
      Name: "CreateOrder",
      ActionConditionKeys: ["orders:Priority"],
      Annotations: { Properties: { IsWrite: true } },
    },
    {
      Name: "GetOrder",
      ActionConditionKeys: [],
      Resources: [{ Name: "order" }],
      Annotations: { Properties: {} },
    },
    {
      Name: "DeleteOrder",
      ActionConditionKeys: ["orders:Priority", "orders:Labels"],
      Resources: [{ Name: "order" }],
      Annotations: { Properties: { IsWrite: true } },
    },
  ],
  Resources: [
    {
      Name: "order",
      ARNFormats: ["arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}"],
      ConditionKeys: [],
    },
  ],
  ConditionKeys: [
    { Name: "orders:Priority", Types: ["Numeric"] },
    { Name: "orders:Labels", Types: ["ArrayOfString"] },
    { Name: "aws:ResourceTag/${TagKey}", Types: ["String"] },
  ],
};

export const SERVICES = indexServices([ORDERS]);
