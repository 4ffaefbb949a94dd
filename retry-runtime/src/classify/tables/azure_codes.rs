//! What Azure's services say that passes, where the status alone does not say it: most answers with 409 stay so.

/// The second is how Azure spells the third.
pub(in crate::classify) const THROTTLING: &[&str] =
    &["ServerBusy", "SnaphotOperationRateExceeded", "SnapshotOperationRateExceeded"];

/// Something else is at work on the same thing, and will be done with it.
pub(in crate::classify) const CONFLICT: &[&str] = &[
    "AccountBeingCreated",
    "AnotherOperationInProgress",
    "ContainerBeingDeleted",
    "QueueBeingDeleted",
    "ShareBeingDeleted",
    "StorageAccountOperationInProgress",
    "TableBeingDeleted",
];

/// The status by which Cosmos DB asks for the same request once more: two writes met.
pub(in crate::classify) const RETRY_WITH: u16 = 449;
