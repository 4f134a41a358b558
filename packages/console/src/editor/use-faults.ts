import type { Services } from "@portcullis/analysis";
import type { PolicyKind } from "@portcullis/policy";
import { useEffect, useMemo, useRef, useState } from "react";
import { type Fault, policyFaults } from "./policy-faults.ts";

/** What takes longer would make typing stumble. */
const QUICK_MILLISECONDS = 50;

/** Of documents that take longer: the pause in typing after which they are looked at. */
const PAUSE_MILLISECONDS = 300;

const NONE: readonly Fault[] = [];

/**
 * The faults of a document. They are found at once, unless the document is so large or so entangled
 * that it took long: then in the next pause, and until then there are none.
 */
export function useFaults(
  text: string,
  kind: PolicyKind,
  services: Services | undefined,
): readonly Fault[] {
  const isSlow = useRef(false);
  const find = useMemo(
    () => () => {
      const started = performance.now();
      const faults = policyFaults(text, kind, services);
      isSlow.current = performance.now() - started > QUICK_MILLISECONDS;
      return faults;
    },
    [text, kind, services],
  );
  const atOnce = useMemo(() => (isSlow.current ? undefined : find()), [find]);
  const [later, setLater] = useState({ find, faults: NONE });
  useEffect(() => {
    if (atOnce !== undefined) return;
    const timer = setTimeout(() => setLater({ find, faults: find() }), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [atOnce, find]);
  return atOnce ?? (later.find === find ? later.faults : NONE);
}
