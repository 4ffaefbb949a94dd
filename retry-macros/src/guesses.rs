//! Keys that people guess, or bring along from other libraries: what to write instead.

use proc_macro2::{TokenStream, TokenTree};

use crate::keys::{Key, nearest};
use crate::tokens::is_punct;

/// What the keys were written for.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Policy,
    /// This function, which is looked at only where there is something to say.
    Function(&'a TokenStream),
}

impl Target<'_> {
    pub(crate) fn is_policy(self) -> bool {
        matches!(self, Target::Policy)
    }
}

/// Whether a function is async, or returns a future.
fn is_async(item: &TokenStream) -> bool {
    let mut words = item.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    words.any(|word| word == "async" || word.ends_with("Future"))
}

/// What other libraries call a number of retries. Ours counts the first call too.
const RETRIES: &[&str] = &[
    "count",
    "limit",
    "max_n_retries",
    "max_num_retries",
    "max_retries",
    "max_retry",
    "max_retry_attempts",
    "max_retry_count",
    "max_times",
    "num_retries",
    "number_of_retries",
    "retries",
    "retry_count",
    "take",
    "times",
];

/// What they call limits to the time of a call, or of an attempt.
const TIME_LIMITS: &[&str] = &[
    "call_timeout",
    "max_duration",
    "max_elapsed_time",
    "max_time",
    "overall_timeout",
    "per_attempt_timeout",
    "per_try_timeout",
    "stop_after_delay",
    "time_limit",
    "timeout",
    "total_delay",
    "total_timeout",
    "try_timeout",
];

/// What they call a function that is told about retries.
const OBSERVERS: &[&str] = &[
    "after",
    "after_log",
    "before",
    "before_log",
    "before_sleep_log",
    "event_handler",
    "event_publisher",
    "listener",
    "metrics",
    "observer",
    "on_success",
];

/// Other things that they have, and what there is here.
const OTHERS: &[(&[&str], &str)] = &[
    (&["no_jitter", "without_jitter"], "write `jitter = \"none\"`"),
    (
        &["seed", "policies", "observers", "counters"],
        "that is said of all calls inside of a `Scope`, and not of one function: `Scope::new().seed(7)`, `.policies(…)`, `.observer(…)`",
    ),
    (
        &["record", "script", "test", "testing", "faults", "mock"],
        "that is for tests, and not in the attribute: `let recording = reattempt::testing::record();`, with the feature `testing`",
    ),
    (&["without_max_delay"], "write a longest delay that is long enough, `max_delay = 24h`"),
    (&["exp_base"], "the factor by which delays grow is `multiplier`"),
    (
        &["wait_random_exponential"],
        "write `backoff = \"exponential\"`, which is the default, and so is full jitter",
    ),
    (
        &["wait_random"],
        "write `backoff = \"fixed\"` and the longest delay as `initial_delay = 1s`; jitter is full by default",
    ),
    (
        &["adjust"],
        "a wait that a server asks for is in the error, by `Retryability::after` or `#[retry(after = field)]` of the derive",
    ),
    (
        &["retry_if_result", "retry_if_not_result", "retry_on_result"],
        "`until` says which values are good enough, and every other one is tried again; write `until = |value| is_ready(value)`",
    ),
    (
        &["retry_if_exception", "retry_if_exception_type", "retry_on_exception"],
        "write which errors are worth another attempt as a pattern, `on(MyError::Timeout | MyError::Busy)`, or as a \
         function, `on = is_transient`",
    ),
    (
        &["fail_after_max_attempts"],
        "what becomes of a value that is not good enough when the attempts are used up is `otherwise = |value| Err(…)`, beside `until`",
    ),
    (
        &["enable_exponential_backoff", "exponential", "exponential_backoff", "wait_exponential"],
        "write `backoff = \"exponential\"`, which is the default",
    ),
    (
        &["constant", "fixed", "fixed_delay", "fixed_interval"],
        "write `backoff = \"fixed\"`, and the delay as `initial_delay = 100ms`",
    ),
    (&["linear", "linear_backoff"], "write `backoff = \"linear\"`"),
    (&["fibonacci", "fibonacci_backoff"], "write `backoff = \"fibonacci\"`"),
    (&["delays", "intervals"], "write the list of delays as `backoff = [100ms, 1s, 5s]`"),
    (
        &["base"],
        "the first delay is `initial_delay`, and the factor by which delays grow is `multiplier`",
    ),
    (
        &["forever", "infinite", "no_limit", "unlimited", "without_max_times"],
        "write `max_attempts = unlimited`",
    ),
    (&["not_idempotent", "non_idempotent"], "write `idempotent = false`"),
    (
        &[
            "abort_if",
            "abort_on",
            "fail_on",
            "ignore_exceptions",
            "retry_unless",
            "skip_if",
            "unless",
        ],
        "`on` says which errors are worth another attempt, and every other one ends the call; write \
         `on = |error| !is_permanent(error)`",
    ),
    (
        &["async", "blocking", "sync"],
        "whether the function is async is seen by itself; leave this out",
    ),
    (
        &["reraise", "raise"],
        "the function always returns its own error, that of the last attempt; leave this out",
    ),
    (
        &["default", "fallback", "fallback_method", "or_else", "recover", "retry_error_callback"],
        "the function returns the error of its last attempt, so the fallback goes where it is called, as \
         `call().unwrap_or_else(|error| …)`",
    ),
    (
        &["breaker", "circuit_breaker"],
        "there is no circuit breaker here: `brake` lets only few calls retry until one works; put a breaker into the body, \
         such as the crate `failsafe`, so that each attempt asks it, and have `on` refuse its own error",
    ),
    (
        &["hedge", "hedged", "hedging", "speculative"],
        "a second attempt beside the first is not what this does: the next one begins when the last has failed; \
         race two calls, by `futures::future::select_ok`",
    ),
    (
        &["rate_limit", "rate_limiter"],
        "there is no rate limit here; put one into the body, so that each attempt waits for it",
    ),
];

const WORDS_OF_THE_DERIVE: &[&str] =
    &["cancelled", "forward", "not_applied", "permanent", "throttled", "transient"];

/// What to tell somebody who wrote a key that does not exist. `value`: what stands behind it.
pub(crate) fn unknown_key(name: &str, value: &[TokenTree], target: Target<'_>) -> String {
    format!("unknown key `{name}`: {}", advice(name, value, target))
}

fn advice(name: &str, value: &[TokenTree], target: Target<'_>) -> String {
    let snake = snake_case(name);
    if Key::named(&snake).is_some() {
        return format!("did you mean `{snake}`?");
    }
    // tenacity's
    let mentions = |word: &str| value.iter().any(|token| token.to_string().contains(word));
    if snake == "stop" && mentions("delay") {
        return of_time(target).to_owned();
    }
    if snake == "wait" && mentions("fixed") {
        return "write `backoff = \"fixed\"`, and the delay as `initial_delay = 100ms`".to_owned();
    }
    if RETRIES.contains(&&*snake) {
        return of_retries(number(value));
    }
    if TIME_LIMITS.contains(&&*snake) {
        return of_time(target).to_owned();
    }
    if OBSERVERS.contains(&&*snake) {
        return "an annotated function tells the subscribers of `tracing` about its retries; a function of your own is told \
                by `on_retry = |retry| …` and `on_give_up = |call| …`, and for all functions there are `Scope::observer` and \
                the observers in `reattempt::observers`"
            .to_owned();
    }
    if let Some((_, instead)) = OTHERS.iter().find(|(names, _)| names.contains(&&*snake)) {
        return (*instead).to_owned();
    }
    if WORDS_OF_THE_DERIVE.contains(&name) {
        return "it is about an error, and goes above a variant of an enum with `#[derive(Retryable)]`".to_owned();
    }
    if let Some(key) = named_by_others(&snake) {
        return format!("here it is called `{}`, as in `{}`", key.name(), key.example());
    }
    // `delay_ms = 10`
    if let Some((key, unit)) = with_unit(&snake) {
        let example = number(value).map_or_else(
            || key.example().to_owned(),
            |value| format!("{} = {value}{unit}", key.name()),
        );
        return format!("the unit belongs to the value; write `{example}`");
    }
    if let Some(near) = nearest(&snake, Key::all().map(Key::name)) {
        return format!("did you mean `{near}`?");
    }
    let known = Key::all().filter(|key| key.is_for_policies() || !target.is_policy());
    let known: Vec<_> = known.map(|key| format!("`{}`", key.name())).collect();
    format!("the keys are {}", known.join(", "))
}

fn named_by_others(name: &str) -> Option<Key> {
    Key::all().find(|key| key.known_as().contains(&name))
}

/// `retries = 3` → `max_attempts = 4`
fn of_retries(retries: Option<u64>) -> String {
    let retries = retries.unwrap_or(3);
    let attempts = retries.saturating_add(1);
    format!(
        "here it is called `max_attempts`, and it counts the first call too; for {retries} retries write \
         `max_attempts = {attempts}`"
    )
}

fn of_time(target: Target<'_>) -> &'static str {
    match target {
        Target::Function(item) if is_async(item) => {
            "to limit the whole call, write `deadline = 30s`, which cuts off a running attempt, or `max_elapsed = 30s`, \
             which doesn't; to limit each attempt, `attempt_timeout = 5s`"
        }
        Target::Function(_) => {
            "to limit the whole call, write `max_elapsed = 30s`, after which no attempt begins; a blocking attempt can't \
             be cut off, so set the time-out of the client that it uses"
        }
        Target::Policy => {
            "to limit the whole call, write `max_elapsed = 30s`, after which no attempt begins; `deadline` and \
             `attempt_timeout`, which cut off a running attempt, are about a function, and go into `#[retry(…)]`"
        }
    }
}

/// `delay_ms` → `initial_delay` and `ms`
fn with_unit(name: &str) -> Option<(Key, &'static str)> {
    const UNITS: &[(&str, &str)] = &[
        ("_in_milliseconds", "ms"),
        ("_in_seconds", "s"),
        ("_milliseconds", "ms"),
        ("_millis", "ms"),
        ("_ms", "ms"),
        ("_seconds", "s"),
        ("_secs", "s"),
        ("_sec", "s"),
        ("_s", "s"),
    ];
    UNITS.iter().find_map(|(suffix, unit)| {
        let name = name.strip_suffix(suffix)?;
        Some((Key::named(name).or_else(|| named_by_others(name))?, *unit))
    })
}

/// The number that was written behind the key.
fn number(value: &[TokenTree]) -> Option<u64> {
    match value {
        [equals, TokenTree::Literal(number)] if is_punct(equals, '=') => {
            number.to_string().parse().ok()
        }
        _ => None,
    }
}

/// `maxAttempts`, `MAX_ATTEMPTS`, `max-attempts` → `max_attempts`
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut was_small = false;
    for letter in name.trim_start_matches("r#").chars() {
        if letter.is_uppercase() && was_small {
            snake.push('_');
        }
        was_small = letter.is_lowercase() || letter.is_ascii_digit();
        snake.push(if letter == '-' { '_' } else { letter.to_ascii_lowercase() });
    }
    snake
}
