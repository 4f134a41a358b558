import { type IAMClient, paginateGetAccountAuthorizationDetails } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type { AccountModel } from "@portcullis/analysis";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";

/** The account of the installation that the credentials are of, as it is. */
export async function readInstalled(iam: IAMClient, sts: STSClient): Promise<AccountModel> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    const pages: AccountModel[] = [];
    const input = { MaxItems: 1000 };
    for await (const page of paginateGetAccountAuthorizationDetails({ client: iam }, input))
      pages.push(page);
    return {
      AccountId: Account,
      UserDetailList: pages.flatMap(({ UserDetailList = [] }) => UserDetailList),
      GroupDetailList: pages.flatMap(({ GroupDetailList = [] }) => GroupDetailList),
      RoleDetailList: pages.flatMap(({ RoleDetailList = [] }) => RoleDetailList),
      Policies: pages.flatMap(({ Policies = [] }) => Policies),
    };
  } catch (error) {
    throw new InputFault(`The installation can't be read: ${sentenceOf(error)}`);
  }
}
