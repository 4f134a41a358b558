/**
 * A role's trust policy of one statement. `principal` is an account id, an ARN, `*`, or a principal
 * element such as `{ Service: "ec2.amazonaws.com" }`; `more` adds to the statement or replaces.
 */
export const roleTrust = (principal: unknown, more: object = {}): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: isAwsPrincipal(principal) ? { AWS: principal } : principal,
        Action: "sts:AssumeRole",
        ...more,
      },
    ],
  });

const isAwsPrincipal = (principal: unknown): boolean =>
  typeof principal === "string" && principal !== "*";
