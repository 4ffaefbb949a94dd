//! What is wrong with limits in time, with what ends a call from outside, and with what the caller is told.

use core::time::Duration;

use reattempt_policy::__private::Key as PolicyKey;
use reattempt_policy::{Backoff, Jitter, Policy};

use crate::diagnostics::Diagnostics;
use crate::model::{Options, Setting};
use crate::syntax::function::Function;
use crate::syntax::returned_future::returns_option;
use crate::syntax::values::Value;
use crate::tokens::{is_timer, makes_something, mentions};

/// Keys that need a future to cut off, limits that contradict each other, and keys that need others.
pub(crate) fn check(
    function: &Function,
    is_async: bool,
    options: &Options,
    diagnostics: &mut Diagnostics,
) {
    if !options.asks_for_more {
        return;
    }
    if !is_async {
        check_blocking(function, options, diagnostics);
    }
    for limit in limits(options) {
        if limit.value.literal().is_some_and(|time| time.is_zero()) {
            diagnostics.at(
                &limit.tokens,
                format_args!(
                    "`{}` is zero, so that nothing could ever be done; give a longer time",
                    limit.key
                ),
            );
        }
    }
    check_lengths(options, diagnostics);
    check_company(options, diagnostics);
    check_told(function, options, diagnostics);
    check_shared(options, diagnostics);
}

/// A budget or a brake that would be a new one for each call, and a brake with nothing to hold back.
fn check_shared(options: &Options, diagnostics: &mut Diagnostics) {
    for (shared, name) in [(&options.budget, "Budget"), (&options.brake, "Brake")] {
        let Some(shared) = shared else { continue };
        if mentions(&shared.tokens, &|word| word == name) && makes_something(&shared.tokens) {
            diagnostics.at(
                &shared.tokens,
                format_args!(
                    "this would be a new one for each call; write `static UPSTREAM: {name} = {name}::new();` and \
                     `{} = UPSTREAM`",
                    shared.key
                ),
            );
        }
    }
    let never_waits =
        options.known_policy().is_some_and(|policy| matches!(policy.backoff(), Backoff::None));
    if let Some(brake) = options.brake.as_ref().filter(|_| never_waits) {
        diagnostics.at_span(
            brake.key.span(),
            "`brake` holds calls back when their wait is over, and with `backoff = \"none\"` nothing is waited; give delays, or \
             `budget`",
        );
    }
}

fn limits(options: &Options) -> impl Iterator<Item = &Setting<Value<Duration>>> {
    [&options.deadline, &options.attempt_timeout, &options.stall_timeout].into_iter().flatten()
}

/// Nothing can cut a blocking call off.
fn check_blocking(function: &Function, options: &Options, diagnostics: &mut Diagnostics) {
    // `#[tokio::main]` and `#[tokio::test]` make a blocking function of an async one.
    let was_async = mentions(&function.statements, &|word| word == "block_on");
    for limit in limits(options) {
        if was_async {
            diagnostics.at_span(
                limit.key.span(),
                format_args!(
                    "`{}` is for async functions, and the attribute above `#[retry]` has made a blocking one of this; \
                     write `#[retry(…)]` above it",
                    limit.key
                ),
            );
            continue;
        }
        let instead = match &limit.value {
            Value::Literal(_) if limit.key == "deadline" => format!(
                "write `max_elapsed = {}`, after which no attempt begins, and set the time-out of the client that it uses \
                 by `cx.remaining()`",
                limit.tokens_as_written()
            ),
            _ if limit.key == "deadline" => {
                "write `max_elapsed = 30s`, after which no attempt begins, and set the time-out of the client that it uses \
                 by `cx.remaining()`"
                    .to_owned()
            }
            _ => "set the time-out of the client that it uses".to_owned(),
        };
        diagnostics.at_span(
            limit.key.span(),
            format_args!(
                "`{}` is for async functions, because a blocking call can't be cut off; {instead}",
                limit.key
            ),
        );
    }
}

/// Limits one of which makes another meaningless.
fn check_lengths(options: &Options, diagnostics: &mut Diagnostics) {
    let literal = |limit: &Option<Setting<Value<Duration>>>| limit.as_ref()?.value.literal();
    let Some(deadline) = literal(&options.deadline) else { return };
    if let (Some(timeout), Some(setting)) =
        (literal(&options.attempt_timeout), &options.attempt_timeout)
    {
        if timeout >= deadline {
            diagnostics.at(
                &setting.tokens,
                format_args!(
                    "`attempt_timeout` is {timeout:?}, which is not below `deadline`, {deadline:?}, so no attempt could \
                     follow one that is cut off; lower it, or leave one of them out"
                ),
            );
        }
    }
    let policy = options.known_policy();
    let elapsed = policy.and_then(|policy| policy.max_elapsed());
    if let (Some(elapsed), Some(setting)) = (elapsed, options.policy_option(PolicyKey::MaxElapsed))
    {
        if elapsed >= deadline {
            diagnostics.at(
                &setting.tokens,
                format_args!(
                    "`max_elapsed` is {elapsed:?}, which is not below `deadline`, {deadline:?}, so it has no effect; lower it, \
                     or leave one of them out"
                ),
            );
        }
    }
    let first = policy.map(shortest_first_delay);
    if let (Some(first), Some(setting)) = (first, &options.deadline) {
        if first > deadline {
            diagnostics.at(
                &setting.tokens,
                format_args!(
                    "`deadline` is {deadline:?}, which is over before the first retry, whose delay is at least {first:?}; \
                     raise it, or give a shorter `initial_delay`"
                ),
            );
        }
    }
}

fn shortest_first_delay(policy: Policy) -> Duration {
    match policy.jitter() {
        Jitter::Full => Duration::ZERO,
        _ => policy.window(1).low(),
    }
}

/// Keys that mean something beside another one only.
fn check_company(options: &Options, diagnostics: &mut Diagnostics) {
    if let Some(timed_out) = options.timed_out.as_ref().filter(|_| !options.cuts_off()) {
        diagnostics.at_span(
            timed_out.key.span(),
            "`timed_out` makes an error of an attempt that is cut off, and nothing cuts one off here; give \
             `attempt_timeout`, `deadline` or `stall_timeout`, or remove it",
        );
    }
    if let Some(otherwise) = options.otherwise.as_ref().filter(|_| options.until.is_none()) {
        diagnostics.at_span(
            otherwise.key.span(),
            "`otherwise` is about the last value that `until` rejects; give `until`, or for errors write `map_err`",
        );
    }
    let Some(stall) = &options.stall_timeout else { return };
    if options.context.is_none() {
        diagnostics.at_span(
            stall.key.span(),
            "`stall_timeout` counts from the last `cx.progress()` in the body; give `context = cx`, and say it there, or \
             write `attempt_timeout`",
        );
    }
    if let Some(sleep) = options.sleep.as_ref().filter(|sleep| is_timer(&sleep.tokens)) {
        diagnostics.at_span(
            sleep.key.span(),
            "`stall_timeout` goes by the clock of the built-in timers, and `sleep` may bring another; leave one of them \
             out",
        );
    }
}

/// `None` is no error that could be told or made anew.
fn check_told(function: &Function, options: &Options, diagnostics: &mut Diagnostics) {
    if !returns_option(function) {
        return;
    }
    for told in [&options.map_err, &options.timed_out].into_iter().flatten() {
        diagnostics.at_span(
            told.key.span(),
            format_args!(
                "`{}` makes an error, and an `Option` has none; remove it, or return a `Result`",
                told.key
            ),
        );
    }
}
