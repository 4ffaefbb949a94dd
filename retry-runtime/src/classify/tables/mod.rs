//! Codes and what they say: tables without any types of other crates.

#[cfg(feature = "aws-smithy")]
pub(super) mod aws_codes;
#[cfg(feature = "azure-core")]
pub(super) mod azure_codes;
pub(crate) mod http_status;
pub(super) mod resolver;
pub(super) mod sql;
