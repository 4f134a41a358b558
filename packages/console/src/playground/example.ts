import service from "../../../../examples/policies/orders.service.yaml?raw";
import tests from "../../../../examples/policies/orders.test.yaml?raw";
import clerk from "../../../../examples/policies/policies/order-clerk.json?raw";
import reader from "../../../../examples/policies/policies/order-reader.json?raw";
import only from "../../../../examples/policies/policies/orders-only.json?raw";
import noDeletes from "../../../../examples/policies/service-control/no-deletes.json?raw";
import type { Project } from "./project.ts";

/** What the playground begins with: the policy repository of `examples/policies`. */
export const EXAMPLE: Project = {
  files: [
    { path: "policies/order-reader.json", part: "identity", text: reader },
    { path: "policies/order-clerk.json", part: "identity", text: clerk },
    { path: "policies/orders-only.json", part: "boundary", text: only },
    { path: "service-control/no-deletes.json", part: "serviceControl", text: noDeletes },
    { path: "orders.service.yaml", part: "service", text: service },
    {
      path: "orders.test.yaml",
      part: "test",
      text: tests.replace(/^# yaml-language-server.*\n/, ""),
    },
  ],
  requests: {
    actions: "orders:GetOrder\norders:DeleteOrder\niam:CreateUser",
    resources:
      "arn:aws:orders:us-east-1:111122223333:order/7\n" +
      "arn:aws:orders:us-east-1:111122223333:order/archive-1",
    context: { "aws:sourceip": ["203.0.113.7"] },
  },
};

/** Nothing but a place to write in. */
export const EMPTY: Project = {
  files: [
    {
      path: "policy.json",
      part: "identity",
      text: '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": [],\n      "Resource": []\n    }\n  ]\n}\n',
    },
  ],
  requests: { actions: "", resources: "*", context: {} },
};
