//! Which requests only read, and which errors are transient.

use api_proxy::graphql::{has_only_transient_errors, is_query};
use serde_json::{Value, json};

fn reads(request: &Value) -> bool {
    is_query(request.to_string().as_bytes())
}

#[test]
fn a_query_only_reads() {
    for query in [
        "{ item }",
        "query { item }",
        "query Item($id: ID!) { item(id: $id) { name } }",
        "# mutation { pay }\n{ item }",
        "{ mutation }",
        "query mutation { item(text: \"mutation { pay }\") }",
        "fragment Names on Item { name } query { item { ...Names } }",
    ] {
        assert!(reads(&json!({ "query": query })), "{query}");
        assert!(reads(&json!({ "query": query, "operationName": null })), "{query}");
    }
}

#[test]
fn what_writes_or_cannot_be_told_does_not() {
    for query in [
        "mutation { pay }",
        "mutation Pay { pay }",
        "# query { item }\nmutation { pay }",
        "subscription { prices }",
        "query A { item } mutation B { pay }",
        "query A { item } query B { item }",
        "fragment Names on Item { name }",
        "{ item",
        "",
    ] {
        assert!(!reads(&json!({ "query": query })), "{query}");
    }
    // By its hash.
    assert!(!reads(&json!({ "extensions": { "persistedQuery": { "sha256Hash": "0" } } })));
    assert!(!reads(&json!([{ "query": "{ item }" }])));
    assert!(!reads(&json!({ "query": 1 })));
    assert!(!is_query(b"query { item }"));
    assert!(!is_query(&[0xff]));
    // It is nested so deep that a parser which calls itself has no stack left.
    assert!(!reads(&json!({ "query": "{ item ".repeat(100_000) })));
    assert!(!reads(
        &json!({ "query": format!("{}{}", "{ item ".repeat(10_000), "}".repeat(10_000)) })
    ));
}

#[test]
fn the_name_says_which_of_several() {
    let query = "query A { item } mutation B { pay }";
    assert!(reads(&json!({ "query": query, "operationName": "A" })));
    assert!(!reads(&json!({ "query": query, "operationName": "B" })));
    assert!(!reads(&json!({ "query": query, "operationName": "C" })));
    assert!(!reads(&json!({ "query": query, "operationName": 1 })));
    assert!(!reads(&json!({ "query": "{ item }", "operationName": "A" })));
}

#[test]
fn errors_are_transient_if_all_of_them_are_and_there_is_nothing_else() {
    let is_transient = |answer: &Value| {
        has_only_transient_errors(answer.to_string().as_bytes(), &["UNAVAILABLE", "LOCKED"])
    };
    let error = |code: &str| json!({ "message": "no", "extensions": { "code": code } });
    assert!(is_transient(&json!({ "errors": [error("UNAVAILABLE")] })));
    assert!(is_transient(
        &json!({ "data": null, "errors": [error("UNAVAILABLE"), error("LOCKED")] })
    ));

    assert!(!is_transient(&json!({ "errors": [error("UNAVAILABLE"), error("NOT_FOUND")] })));
    assert!(!is_transient(&json!({ "data": { "item": null }, "errors": [error("UNAVAILABLE")] })));
    assert!(!is_transient(&json!({ "errors": [{ "message": "UNAVAILABLE" }] })));
    assert!(!is_transient(&json!({ "errors": [] })));
    assert!(!is_transient(&json!({ "data": { "item": "beer" } })));
    assert!(!is_transient(&json!([{ "errors": [error("UNAVAILABLE")] }])));
}
