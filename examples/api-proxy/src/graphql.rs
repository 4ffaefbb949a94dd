//! What a proxy has to know of GraphQL: which requests only read, and which errors are transient.
//!
//! Everything is a `POST`, and nearly every answer has the status 200. So method and status say nothing, and the bodies have to be
//! read.

use async_graphql_parser::parse_query;
use async_graphql_parser::types::{DocumentOperations, OperationType};
use serde_json::Value;

/// Whether a request only reads. `false` if that can't be told: a document that is not in the request but known to the service by
/// its hash, several requests in one, or something that is no GraphQL.
///
/// `{"query": "{ item { name } }"}` → true, `{"query": "mutation { pay }"}` → false
pub fn is_query(body: &[u8]) -> bool {
    operation(body) == Some(OperationType::Query)
}

fn operation(body: &[u8]) -> Option<OperationType> {
    let request: Value = serde_json::from_slice(body).ok()?;
    let document = parse_query(request.get("query")?.as_str()?).ok()?;
    let name = match request.get("operationName") {
        None | Some(Value::Null) => None,
        Some(name) => Some(name.as_str()?),
    };
    match document.operations {
        DocumentOperations::Single(operation) => name.is_none().then_some(operation.node.ty),
        DocumentOperations::Multiple(operations) => match name {
            Some(name) => Some(operations.get(name)?.node.ty),
            // Without a name there must be only one.
            None if operations.len() == 1 => Some(operations.values().next()?.node.ty),
            None => None,
        },
    }
}

/// Whether an answer has nothing but errors, and each of them has one of these codes.
///
/// With some data, it is an answer: the caller may be content with it.
pub fn has_only_transient_errors(body: &[u8], transient: &[&str]) -> bool {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return false };
    let has_data = answer.get("data").is_some_and(|data| !data.is_null());
    let Some(errors) = answer.get("errors").and_then(Value::as_array) else { return false };
    let is_transient = |error: &Value| {
        let code = error.pointer("/extensions/code").and_then(Value::as_str);
        code.is_some_and(|code| transient.contains(&code))
    };
    !has_data && !errors.is_empty() && errors.iter().all(is_transient)
}
