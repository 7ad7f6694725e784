use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use store::StoreError;

/// What an error of the SDK means to the caller: whether the same request may succeed later.
pub(super) fn failure<E, R>(error: &SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let said = DisplayErrorContext(error).to_string();
    let SdkError::ServiceError(service) = error else {
        return StoreError::Unavailable(said);
    };
    match service.err().code() {
        Some("ValidationException") => StoreError::Refused(said),
        Some(
            "ResourceNotFoundException" | "AccessDeniedException" | "UnrecognizedClientException",
        ) => StoreError::Closed(said),
        Some(
            "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "ThrottlingException",
        ) => StoreError::Throttled(said),
        _ => StoreError::Unavailable(said),
    }
}
