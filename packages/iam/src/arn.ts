/** An ARN of IAM, which has no regions. Only this module makes and parses ARNs of IAM and STS. */
export const iamArn = (account: string, resource: string): string =>
  `arn:aws:iam::${account}:${resource}`;

/** An ARN of STS, without a region. */
export const stsArn = (account: string, resource: string): string =>
  `arn:aws:sts::${account}:${resource}`;

/** The ARN of a role session. */
export const assumedRoleArn = (account: string, roleName: string, sessionName: string): string =>
  stsArn(account, `assumed-role/${roleName}/${sessionName}`);

/** The ARN of a federated-user session. */
export const federatedUserArn = (account: string, name: string): string =>
  stsArn(account, `federated-user/${name}`);

/** The account in an IAM ARN. Undefined for other ARNs, and for AWS's own policies. */
export const accountOfIamArn = (arn: string): string | undefined =>
  /^arn:aws:iam::(\d{12}):/.exec(arn)?.[1];

/** The account and the name of a user or role. */
export interface EntityName {
  readonly account: string;
  readonly name: string;
}

const entityOf = (pattern: RegExp, arn: string): EntityName | undefined => {
  const [, account, name] = pattern.exec(arn) ?? [];
  return account === undefined || name === undefined ? undefined : { account, name };
};

/**
 * Account and name in a role's ARN. The path is not checked: compare with `roleArn` of the record.
 */
export const parseRoleArn = (arn: string): EntityName | undefined =>
  entityOf(/^arn:aws:iam::(\d{12}):role\/(?:[!-~]*\/)?([\w+=,.@-]{1,64})$/, arn);

/**
 * Account and name in a user's ARN. The path is not checked: compare with `userArn` of the record.
 */
export const parseUserArn = (arn: string): EntityName | undefined =>
  entityOf(/^arn:aws:iam::(\d{12}):user\/(?:[!-~]*\/)?([\w+=,.@-]{1,64})$/, arn);

/**
 * The account in an account id or in a root user's ARN. AWS's APIs accept either for an account.
 */
export const accountOfPrincipal = (text: string): string | undefined =>
  /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
