#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "macros")]
pub use retry_macros::{policy, retry};
pub use retry_runtime::*;
