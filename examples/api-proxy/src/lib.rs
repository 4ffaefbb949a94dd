//! A proxy in front of REST and GraphQL services that fail: see the README.
#![forbid(unsafe_code)]

pub mod body;
pub mod forward;
pub mod graphql;
pub mod headers;
pub mod proxy;
pub mod service;
pub mod storm;
pub mod story;
