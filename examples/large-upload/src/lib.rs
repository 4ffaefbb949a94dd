//! Large exports to S3 and to Azure Blob, part by part: see the README.
#![forbid(unsafe_code)]

pub mod azure;
pub mod batch;
pub mod command;
pub mod error;
pub mod export;
pub mod progress;
pub mod s3;
pub mod s3_server;
pub mod service;
pub mod store;
pub mod story;
pub mod upload;
