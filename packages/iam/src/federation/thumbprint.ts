import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";

const MAX_CHAIN_LENGTH = 10;

/**
 * Whether a connection's certificate, or an authority above it, has one of the thumbprints (SHA-1,
 * 40 hex digits, any case). The host name and each link of the chain are verified, because a server
 * could send a certificate that did not issue its own. Rules of public authorities (revocation,
 * transparency) do not apply to pinned certificates.
 */
export function isPinned(socket: TLSSocket, host: string, thumbprints: readonly string[]): boolean {
  const wanted = new Set(thumbprints.map((thumbprint) => thumbprint.toLowerCase()));
  const chain = chainOf(socket);
  const [leaf] = chain;
  if (leaf === undefined || !namesHost(leaf, host)) return false;
  for (const [index, certificate] of chain.entries()) {
    const issued = chain[index - 1];
    if (!isCurrent(certificate)) return false;
    if (
      issued !== undefined &&
      !(certificate.ca && issued.checkIssued(certificate) && issued.verify(certificate.publicKey))
    ) {
      return false;
    }
    if (wanted.has(certificate.fingerprint.replaceAll(":", "").toLowerCase())) return true;
  }
  return false;
}

/** The certificates of the server's chain, its own first. */
function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < MAX_CHAIN_LENGTH) {
    chain.push(new X509Certificate(certificate.raw));
    certificate =
      certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate;
  }
  return chain;
}

const namesHost = (leaf: X509Certificate, host: string): boolean =>
  (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined;

function isCurrent({ validFromDate, validToDate }: X509Certificate): boolean {
  const now = Date.now();
  return validFromDate.getTime() <= now && now <= validToDate.getTime();
}
