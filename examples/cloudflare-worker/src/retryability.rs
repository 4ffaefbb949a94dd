//! What an error of Cloudflare's runtime says about another attempt.

use reattempt::Retryability;
use worker::Error;
use worker::js_sys::Reflect;
use worker::wasm_bindgen::JsValue;

/// "Retry the operation", say the lists of errors of D1 and of Durable Objects. It may have been done.
const TRANSIENT: &[&str] = &[
    "Network connection lost",
    "reset because its code was updated",
    "storage caused object to be reset",
    "due to transient issue on remote node",
    "request stream because client disconnected",
    "this Durable Object instance is no longer active",
];

/// There was too much: the next attempt waits longer.
const THROTTLED: &[&str] = &["D1 DB is overloaded", "Please back off and try again later"];

/// R2 has a number at the end of its messages: an internal error, and a client that was disconnected; or that there was too much.
const TRANSIENT_CODES: &[&str] = &["(10001)", "(10054)"];
const THROTTLED_CODES: &[&str] = &["(10043)", "(10058)"];

/// What is in none of the lists is permanent: SQL that is wrong, or a `TypeError`. In a browser that may be a lost connection.
/// Here it is a mistake in the program.
pub fn retryability(error: &Error) -> Retryability {
    let thrown = thrown(error);
    // A Durable Object with too much to do: "should not be retried", says Cloudflare.
    if is_set(&thrown, "overloaded") {
        return Retryability::permanent();
    }
    let message = message(error);
    let says = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
    let ends_with = |codes: &[&str]| codes.iter().any(|code| message.ends_with(code));
    if says(THROTTLED) || ends_with(THROTTLED_CODES) {
        Retryability::throttled()
    } else if says(TRANSIENT) || ends_with(TRANSIENT_CODES) || is_set(&thrown, "retryable") {
        Retryability::transient()
    } else {
        Retryability::permanent()
    }
}

/// What JavaScript threw.
fn thrown(error: &Error) -> JsValue {
    match error {
        Error::D1(error) => AsRef::<JsValue>::as_ref(error).clone(),
        other => other.to_js_value(),
    }
}

/// What is wrong. `worker` shows of an error from D1 its cause with JavaScript's stack.
pub fn message(error: &Error) -> String {
    Reflect::get(&thrown(error), &"message".into())
        .ok()
        .and_then(|message| message.as_string())
        .unwrap_or_default()
}

fn is_set(thrown: &JsValue, property: &str) -> bool {
    Reflect::get(thrown, &property.into()).is_ok_and(|value| value.is_truthy())
}
