import type { PolicyKind } from "@portcullis/policy";
import { useServiceDefinitions } from "../editor/use-service-definitions.ts";
import { ChangeList } from "./change-list.tsx";

/** In words, what a changed document newly allows or denies; examples name the APIs' actions. */
export default function ChangeWords(props: {
  readonly before: string;
  readonly after: string;
  readonly kind: PolicyKind;
}) {
  const services = useServiceDefinitions();
  return services === undefined ? null : <ChangeList {...props} services={services ?? undefined} />;
}
