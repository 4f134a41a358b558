import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";

const LONGEST_CHAIN = 10;

/**
 * Whether a connection's certificate is trusted by a thumbprint (SHA-1, 40 hex digits, any case) of itself or of an authority above it.
 * Whoever has the thumbprint could send that authority's certificate along with its own, so each link of the chain is verified, and
 * the host's name; public authorities' rules (revocation, transparency) don't apply to what was pinned by hand.
 */
export function isPinned(socket: TLSSocket, host: string, thumbprints: readonly string[]): boolean {
  const wanted = new Set(thumbprints.map((thumbprint) => thumbprint.toLowerCase()));
  const chain = chainOf(socket);
  const [leaf] = chain;
  if (leaf === undefined || !namesHost(leaf, host)) return false;
  for (const [place, certificate] of chain.entries()) {
    const issued = chain[place - 1];
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

/** The certificates that the server sent, its own first. */
function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < LONGEST_CHAIN) {
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
