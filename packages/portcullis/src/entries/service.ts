export {
  type ActionOf,
  assertRouted,
  type ConditionKeyOf,
  type ContextSource,
  type ContextType,
  defineService,
  type Route,
  type ServiceDefinition,
} from "@portcullis/authorizer/service-definition";
