/**
 * The error codes of the control API and their HTTP status (IAM, STS and Organizations API
 * references).
 */
export const STATUS = {
  // Common errors of the query protocol
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  MalformedQueryString: 404,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingParameter: 400,
  OptInRequired: 403,
  RequestEntityTooLarge: 413,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
  // IAM
  AccountNotManagementOrDelegatedAdministratorException: 400,
  ConcurrentModification: 409,
  DeleteConflict: 409,
  DuplicateCertificate: 409,
  DuplicateSSHPublicKey: 400,
  EntityAlreadyExists: 409,
  EntityTemporarilyUnmodifiable: 409,
  FeatureDisabled: 404,
  FeatureEnabled: 409,
  InvalidAuthenticationCode: 403,
  InvalidCertificate: 400,
  InvalidInput: 400,
  InvalidPublicKey: 400,
  InvalidUserType: 400,
  KeyPairMismatch: 400,
  LimitExceeded: 409,
  MalformedCertificate: 400,
  MalformedPolicyDocument: 400,
  NoSuchEntity: 404,
  NotSupportedService: 404,
  OrganizationNotFoundException: 400,
  OpenIdIdpCommunicationError: 400,
  PasswordPolicyViolation: 400,
  PolicyEvaluation: 500,
  PolicyNotAttachable: 400,
  ReportExpired: 410,
  ReportInProgress: 404,
  ReportNotPresent: 410,
  ServiceAccessNotEnabledException: 400,
  ServiceFailure: 500,
  UnmodifiableEntity: 400,
  UnrecognizedPublicKeyEncoding: 400,
  // STS
  ExpiredTokenException: 400,
  IDPCommunicationError: 400,
  IDPRejectedClaim: 403,
  InvalidAuthorizationMessageException: 400,
  InvalidIdentityToken: 400,
  JWTPayloadSizeExceededException: 400,
  OutboundWebIdentityFederationDisabledException: 403,
  PackedPolicyTooLarge: 400,
  RegionDisabledException: 403,
  SessionDurationEscalationException: 403,
  // Access Analyzer; ResourceNotFoundException is of Portcullis' own service, too.
  InvalidParameterException: 400,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 402,
  UnprocessableEntityException: 422,
  // Organizations
  AWSOrganizationsNotInUseException: 400,
  AccessDeniedException: 400,
  AccountAlreadyClosedException: 400,
  AccountAlreadyRegisteredException: 400,
  AccountNotFoundException: 400,
  AccountNotRegisteredException: 400,
  AlreadyInOrganizationException: 400,
  ChildNotFoundException: 400,
  ConcurrentModificationException: 400,
  ConflictException: 400,
  ConstraintViolationException: 400,
  CreateAccountStatusNotFoundException: 400,
  DestinationParentNotFoundException: 400,
  DuplicateAccountException: 400,
  DuplicateOrganizationalUnitException: 400,
  DuplicatePolicyAttachmentException: 400,
  DuplicatePolicyException: 400,
  EffectivePolicyNotFoundException: 400,
  InvalidInputException: 400,
  MalformedPolicyDocumentException: 400,
  MasterCannotLeaveOrganizationException: 400,
  OrganizationNotEmptyException: 400,
  OrganizationalUnitNotEmptyException: 400,
  OrganizationalUnitNotFoundException: 400,
  ParentNotFoundException: 400,
  PolicyInUseException: 400,
  PolicyNotAttachedException: 400,
  PolicyNotFoundException: 400,
  PolicyTypeAlreadyEnabledException: 400,
  PolicyTypeNotAvailableForOrganizationException: 400,
  PolicyTypeNotEnabledException: 400,
  ResourcePolicyNotFoundException: 400,
  RootNotFoundException: 400,
  ServiceException: 500,
  SourceParentNotFoundException: 400,
  TargetNotFoundException: 400,
  TooManyRequestsException: 400,
  UnsupportedAPIEndpointException: 400,
  // CloudTrail
  InvalidEventCategoryException: 400,
  InvalidLookupAttributesException: 400,
  InvalidMaxResultsException: 400,
  InvalidNextTokenException: 400,
  InvalidTimeRangeException: 400,
  UnsupportedOperationException: 400,
} as const;

/** An error code of AWS's. */
export type ErrorCode = keyof typeof STATUS;

/**
 * An error answer of the control API. Anything else that is thrown is a bug, and is answered with
 * `InternalFailure`.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  /** Additional members of the error's shape, such as `Reason` of Organizations' errors. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** The HTTP status. */
  get status(): number {
    return STATUS[this.code];
  }
}

/** AWS's error for an entity that does not exist. */
export const noSuchEntity = (message: string): ApiError => new ApiError("NoSuchEntity", message);
/** AWS's error for a write that lost against concurrent writes. */
export const concurrentModification = (): ApiError =>
  new ApiError(
    "ConcurrentModification",
    "The request was rejected because multiple requests to change this object were submitted simultaneously. Wait a few minutes and submit your request again.",
  );
/** AWS's error for input that violates a constraint. */
export const validationError = (message: string): ApiError =>
  new ApiError("ValidationError", message);
