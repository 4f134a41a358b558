import type { ContextValue } from "@portcullis/policy";
import type { Tag } from "../record/tag.ts";
import { attribute, children, type SamlElement, text } from "./saml-element.ts";

/** An assertion's attributes: values by name. */
export type SamlAttributes = ReadonlyMap<string, readonly string[]>;

/** Reads the attributes of an assertion. */
export function attributesOf(assertion: SamlElement): SamlAttributes {
  const found = new Map<string, readonly string[]>();
  for (const statement of children(assertion, "AttributeStatement")) {
    for (const one of children(statement, "Attribute")) {
      const name = attribute(one, "Name");
      if (name === undefined) continue;
      const values = children(one, "AttributeValue").flatMap((value) => text(value) ?? []);
      found.set(name, [...(found.get(name) ?? []), ...values]);
    }
  }
  return found;
}

const AWS = "https://aws.amazon.com/SAML/Attributes/";

/** AWS's own attributes (IAM UG/id_roles_providers_create_saml_assertions). */
export interface AwsAttributes {
  /** Roles that the provider lets its user assume, each with the provider's own ARN. */
  readonly roles: readonly { readonly roleArn: string; readonly providerArn: string }[];
  readonly sessionName: string | undefined;
  readonly sessionSeconds: string | undefined;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

/** Reads AWS's own attributes. Malformed role pairs are left out. */
export function awsAttributes(attributes: SamlAttributes): AwsAttributes {
  const values = (name: string) => attributes.get(AWS + name) ?? [];
  const tags = [...attributes].flatMap(([name, [value]]) =>
    name.startsWith(`${AWS}PrincipalTag:`) && value !== undefined
      ? [{ key: name.slice(AWS.length + 13), value }]
      : [],
  );
  return {
    roles: values("Role").flatMap((pair) => {
      const arns = pair.split(",").map((arn) => arn.trim());
      const roleArn = arns.find((arn) => arn.includes(":role/"));
      const providerArn = arns.find((arn) => arn.includes(":saml-provider/"));
      return arns.length === 2 && roleArn !== undefined && providerArn !== undefined
        ? [{ roleArn, providerArn }]
        : [];
    }),
    sessionName: values("RoleSessionName")[0],
    sessionSeconds: values("SessionDuration")[0],
    tags,
    transitiveTagKeys: values("TransitiveTagKeys"),
    sourceIdentity: values("SourceIdentity")[0],
  };
}

/**
 * Condition keys by the names of their attributes in directories (IAM
 * UG/reference_policies_iam-condition-keys).
 */
const KEYS: Readonly<Record<string, string>> = {
  "urn:oid:0.9.2342.19200300.100.1.1": "uid",
  "urn:oid:0.9.2342.19200300.100.1.3": "mail",
  "urn:oid:0.9.2342.19200300.100.1.45": "organizationStatus",
  "urn:oid:2.5.4.3": "cn",
  "urn:oid:2.5.4.4": "surname",
  "urn:oid:2.5.4.41": "name",
  "urn:oid:2.5.4.42": "givenName",
  "urn:oid:2.5.4.45": "x500UniqueIdentifier",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": "eduPersonAffiliation",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.2": "eduPersonNickname",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.3": "eduPersonOrgDN",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.4": "eduPersonOrgUnitDN",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.5": "eduPersonPrimaryAffiliation",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.6": "eduPersonPrincipalName",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.7": "eduPersonEntitlement",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.8": "eduPersonPrimaryOrgUnitDN",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.9": "eduPersonScopedAffiliation",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.10": "eduPersonTargetedID",
  "urn:oid:1.3.6.1.4.1.5923.1.1.1.11": "eduPersonAssurance",
  "http://schemas.xmlsoap.org/claims/CommonName": "commonName",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name": "name",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname": "surname",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname": "givenName",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "mail",
  "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": "primaryGroupSID",
};

/** The `saml:` condition keys of an assertion's attributes. */
export const attributeKeys = (
  attributes: SamlAttributes,
): readonly (readonly [string, ContextValue])[] =>
  [...attributes].flatMap(([name, values]) => {
    const key = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    return key === undefined ? [] : [[`saml:${key}`, values] as const];
  });
