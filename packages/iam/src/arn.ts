/** ARNs of IAM and STS, made and read here alone. Neither service has regions. */
export const iamArn = (account: string, resource: string): string =>
  `arn:aws:iam::${account}:${resource}`;

export const stsArn = (account: string, resource: string): string =>
  `arn:aws:sts::${account}:${resource}`;

/** Of a role's session. */
export const assumedRoleArn = (account: string, roleName: string, sessionName: string): string =>
  stsArn(account, `assumed-role/${roleName}/${sessionName}`);

export const federatedUserArn = (account: string, name: string): string =>
  stsArn(account, `federated-user/${name}`);

/** The account of an IAM ARN; undefined for any other ARN, and for those of AWS's own policies. */
export const accountOfIamArn = (arn: string): string | undefined =>
  /^arn:aws:iam::(\d{12}):/.exec(arn)?.[1];

export interface EntityName {
  readonly account: string;
  readonly name: string;
}

const entityOf = (pattern: RegExp, arn: string): EntityName | undefined => {
  const [, account, name] = pattern.exec(arn) ?? [];
  return account === undefined || name === undefined ? undefined : { account, name };
};

/** Account and name of a role's ARN. Whether its path is the role's, only the role tells. */
export const parseRoleArn = (arn: string): EntityName | undefined =>
  entityOf(/^arn:aws:iam::(\d{12}):role\/(?:[!-~]*\/)?([\w+=,.@-]{1,64})$/, arn);

/** Account and name of a user's ARN. */
export const parseUserArn = (arn: string): EntityName | undefined =>
  entityOf(/^arn:aws:iam::(\d{12}):user\/(?:[!-~]*\/)?([\w+=,.@-]{1,64})$/, arn);

/** The account of an account's id or of its root user's ARN: either names an account in AWS's APIs. */
export const accountOfPrincipal = (text: string): string | undefined =>
  /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
