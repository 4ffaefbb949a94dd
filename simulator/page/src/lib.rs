//! The simulator's library for a browser: texts go in, and JSON comes out.

use core::fmt::Write as _;
use core::time::Duration;

use reattempt::Policy;
use simulator::Protection;
use simulator::brownout::{self, brown_out};
use simulator::schedule::{longest_wait, schedule};
use wasm_bindgen::prelude::wasm_bindgen;

/// How many delays are shown.
const SHOWN: u32 = 30;

/// How long a run is, in seconds.
const LENGTH: u64 = 90;

/// The delays of a policy in its text form, in milliseconds, as `{"delays":[{"low":…,"high":…}],"longest":…,"attempts":…}`, with
/// `null` for what has no end.
///
/// # Errors
///
/// The crate's own message, if the policy is not valid.
#[wasm_bindgen]
pub fn delays(policy: &str) -> Result<String, String> {
    let policy = read(policy)?;
    let mut json = String::from("{\"delays\":[");
    for (number, delay) in schedule(&policy, SHOWN).iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let (low, high) = (milliseconds(delay.low), milliseconds(delay.high));
        // Nothing that is written to a string fails.
        let _ = write!(json, "{comma}{{\"low\":{low},\"high\":{high}}}");
    }
    let longest = longest_wait(&policy).map(milliseconds);
    let attempts = policy.max_attempts().map(|attempts| f64::from(attempts.get()));
    let _ = write!(json, "],\"longest\":{},\"attempts\":{}}}", number(longest), number(attempts));
    Ok(json)
}

/// A brown-out under this load, from 0 to 1, with a policy in its text form. `protection` is `none`, `plain`, `budget` or `brake`.
/// It comes to `{"goodput":[…],"recovery":…,"amplification":…}`: calls that succeed in each second, and seconds until nearly all
/// do again, `null` for never.
///
/// # Errors
///
/// The crate's own message, if the policy is not valid; or what else is wrong.
#[wasm_bindgen]
pub fn goodput(policy: &str, protection: &str, load: f64) -> Result<String, String> {
    let policy = read(policy)?;
    let protection = match protection {
        "none" => Protection::NoRetries,
        "plain" => Protection::Plain,
        "budget" => Protection::BUDGET,
        "brake" => Protection::Brake,
        other => return Err(format!("there is no protection `{other}`")),
    };
    if !(0.1..=0.99).contains(&load) {
        return Err("the load is from 0.1 to 0.99".to_owned());
    }
    let settings =
        brownout::Settings { policy, protection, load, length: LENGTH, ..Default::default() };
    let out = brown_out(&settings);
    let mut json = String::from("{\"goodput\":[");
    for (number, second) in out.seconds.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(json, "{comma}{}", second.succeeded);
    }
    #[allow(clippy::cast_precision_loss, reason = "a run is shorter than 2⁵³ seconds")]
    let recovery = out.recovery.map(|seconds| seconds as f64);
    let (recovery, amplification) = (number(recovery), out.amplification);
    let _ = write!(json, "],\"recovery\":{recovery},\"amplification\":{amplification:.3}}}");
    Ok(json)
}

fn read(policy: &str) -> Result<Policy, String> {
    policy.parse().map_err(|error: reattempt::PolicyError| error.to_string())
}

fn milliseconds(delay: Duration) -> f64 {
    delay.as_secs_f64() * 1000.0
}

fn number(number: Option<f64>) -> String {
    number.map_or_else(|| "null".to_owned(), |number| number.to_string())
}
