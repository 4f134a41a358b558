/**
 * What a service offers to policies, in the shape of AWS's service reference JSON
 * (https://servicereference.us-east-1.amazonaws.com). Unknown members are ignored.
 */
export interface ServiceReference {
  /** The service prefix, such as `orders`. */
  readonly Name: string;
  readonly Actions?: readonly ActionReference[] | undefined;
  readonly Resources?: readonly ResourceReference[] | undefined;
  readonly ConditionKeys?: readonly ConditionKeyReference[] | undefined;
}

export interface ActionReference {
  readonly Name: string;
  readonly ActionConditionKeys?: readonly string[] | undefined;
  readonly Annotations?:
    | {
        readonly Properties?:
          | {
              readonly IsList?: boolean | undefined;
              readonly IsPermissionManagement?: boolean | undefined;
              readonly IsTaggingOnly?: boolean | undefined;
              readonly IsWrite?: boolean | undefined;
            }
          | undefined;
      }
    | undefined;
  /** Names of `Resources`. Empty or absent: the action is authorized on `*` only. */
  readonly Resources?: readonly { readonly Name: string }[] | undefined;
}

export interface ResourceReference {
  readonly Name: string;
  /** Such as `arn:${Partition}:orders:${Region}:${Account}:order/${OrderId}`. */
  readonly ARNFormats?: readonly string[] | undefined;
  readonly ConditionKeys?: readonly string[] | undefined;
}

export interface ConditionKeyReference {
  /** Such as `orders:Status` or `aws:ResourceTag/${TagKey}`. */
  readonly Name: string;
  /** Such as `String`, `ArrayOfString`, `Numeric`, `Date`, `Bool`, `ARN`, `IPAddress`. */
  readonly Types?: readonly string[] | undefined;
}
