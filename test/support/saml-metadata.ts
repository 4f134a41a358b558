/** Self-signed, of idp.example.com, until 2126; its private key was thrown away. */
const CERTIFICATE =
  "MIIBizCCATGgAwIBAgIUYsjk5MXEMCZ83JNslYb8+GmsrvkwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMCAXDTI2MTEyMjAzNDMwNFoYDzIxMjYxMDI5MDM0MzA0WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASlfpdlE6xW6R6nG2S0eayaPiADmwnlBXF5Hm8DtkX2KEnLYLsWeFVt35b//ToZHgb5g71SRJeflbFCZ3WMQFsFo1MwUTAdBgNVHQ4EFgQU0jtdJtJGf3LKiUUWlIxG36IxmVUwHwYDVR0jBBgwFoAU0jtdJtJGf3LKiUUWlIxG36IxmVUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAmAo3Z3B6eiJzKf3xKo2hWawNhZuwJjl3Csn5mpFALv0CIHQ2n7pAVUy/Cc7PI/3vKkaFFB/5dER/c3Q0SdVnzaSD";

/** Metadata of an identity provider that IAM takes. */
export const samlMetadata = (
  options: { attributes?: string; certificate?: string; use?: string } = {},
) => {
  const {
    attributes = 'entityID="https://idp.example.com"',
    certificate = CERTIFICATE,
    use = "signing",
  } = options;
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ${attributes}>
  <!-- ${"of a certain length, ".repeat(20)} -->
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
      ${certificate}
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;
};
