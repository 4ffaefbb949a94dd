//! Codes and what they say: tables without any types of other crates.

#[cfg(feature = "aws-smithy")]
pub(super) mod aws_codes;
pub(crate) mod http_status;
pub(super) mod resolver;
#[cfg(any(feature = "rusqlite-0_40", feature = "sqlx-0_8"))]
pub(super) mod sql;
