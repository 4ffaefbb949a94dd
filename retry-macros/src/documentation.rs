//! The section "Retries" in the documentation of a function that has any.
//!
//! Its numbers come out of the functions that the run-time schedule comes out of.

use core::fmt::Write as _;
use core::time::Duration;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use crate::desugared::returns_option;
use crate::function::Function;
use crate::growth::{Form, Numbers, entry, nanoseconds};
use crate::options::{On, Options, Setting};
use crate::policy;
use crate::rules::{
    INITIAL_DELAY, Jittering, MAX_ATTEMPTS, MAX_DELAY, MULTIPLIER, THROTTLED_DELAY,
};
use crate::tokens::{Tokens, is_closure, is_group, is_punct, is_word};
use crate::values::{Backoff, Value};

/// More rows than anybody reads.
const MAX_ROWS: u32 = 10;
/// More retries than anybody adds up.
const MAX_SUMMED: u32 = 10_000;

/// `#[doc = "…"]` for each line, if the function is documented: on another one they would be all of
/// its documentation, and silence the lint that asks for it.
pub(crate) fn attributes(function: &Function, options: &Options) -> TokenStream {
    let wanted = options.doc.as_ref().is_none_or(|doc| doc.value);
    if !wanted || !is_documented(function) {
        return TokenStream::new();
    }
    let section = section(function, options);
    let lines = section.lines().map(|line| hygienic!(#[doc = #line]));
    hygienic!(#(#lines)*)
}

fn is_documented(function: &Function) -> bool {
    function.attributes.iter().any(|token| match token {
        TokenTree::Group(group) if is_group(token, Delimiter::Bracket) => {
            let mut written = group.stream().into_iter();
            written.next().is_some_and(|first| is_word(&first, "doc"))
                && written.next().is_some_and(|next| is_punct(&next, '='))
        }
        _ => false,
    })
}

fn section(function: &Function, options: &Options) -> String {
    let mut text = String::from("\n# Retries\n\n");
    let errors = errors(function, options);
    if let Some(schedule) = Schedule::of(options) {
        let _ = writeln!(text, "Up to {} attempts, {errors}.\n", schedule.max_attempts);
        schedule.write(&mut text, may_be_throttled(function, options));
        return text;
    }
    text.push_str("Tried again");
    if let Some(policy) = &options.policy {
        let _ = write!(text, " by the policy `{}`", written(&policy.tokens));
    }
    for (count, (key, value)) in policy::changes(options).enumerate() {
        let before = if count == 0 { " with" } else { "," };
        let _ = write!(text, "{before} `{key} = {}`", written(value));
    }
    let _ = writeln!(text, ", {errors}.");
    text
}

/// Whether anything can say that an attempt was throttled.
fn may_be_throttled(function: &Function, options: &Options) -> bool {
    let by_pattern = matches!(&options.on, Some(on) if matches!(on.value, On::Pattern));
    !by_pattern && !returns_option(function)
}

/// Which errors, and which values, are tried again.
fn errors(function: &Function, options: &Options) -> String {
    let mut text = match &options.on {
        None if returns_option(function) => "after `None`".to_owned(),
        None => "after errors that are transient by their `Retryable`".to_owned(),
        Some(on) => match on.value {
            On::Function if is_closure(&on.tokens) => {
                "after errors that the closure in its attribute picks".to_owned()
            }
            On::Function => format!("after errors for which `{}` says so", written(&on.tokens)),
            On::Pattern => format!("after errors that match `{}`", written(&on.tokens)),
        },
    };
    if let Some(idempotent) = &options.idempotent {
        match &idempotent.value {
            Value::Literal(true) => {}
            Value::Literal(false) => text.push_str(" and say that nothing was applied"),
            Value::Expression(written_as) => {
                let condition = written(written_as);
                let _ = write!(text, " and, unless `{condition}`, say that nothing was applied");
            }
        }
    }
    match &options.until {
        None => {}
        Some(until) if is_closure(&until.tokens) => {
            text.push_str(", and after values that the closure in its attribute finds lacking");
        }
        Some(until) => {
            let until = written(&until.tokens);
            let _ = write!(text, ", and after values that `{until}` finds lacking");
        }
    }
    text
}

/// Tokens as somebody may have written them.
fn written(tokens: &Tokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text.replace(" :: ", "::").replace(" . ", ".").replace("& ", "&");
    text.replace("! (", "!(").replace('`', "'")
}

/// A value that is known here.
fn literal<T>(setting: Option<&Setting<Value<T>>>) -> Option<&T> {
    match setting.map(|setting| &setting.value) {
        Some(Value::Literal(value)) => Some(value),
        _ => None,
    }
}

/// A schedule of which every number is known here.
struct Schedule<'a> {
    max_attempts: u32,
    backoff: &'a Backoff,
    multiplier: f64,
    numbers: Numbers,
}

impl<'a> Schedule<'a> {
    fn of(options: &'a Options) -> Option<Schedule<'a>> {
        if options.policy.is_some() || policy::has_expressions(options) {
            return None;
        }
        let backoff = literal(options.backoff.as_ref()).unwrap_or(&Backoff::Exponential);
        let of_list = match backoff {
            Backoff::List(list) => u32::try_from(list.len()).ok()?.checked_add(1)?,
            _ => MAX_ATTEMPTS,
        };
        let delay = |setting, default| {
            nanoseconds(literal::<Duration>(setting).copied().unwrap_or(default))
        };
        Some(Schedule {
            max_attempts: literal(options.max_attempts.as_ref()).copied().unwrap_or(of_list),
            backoff,
            multiplier: literal(options.multiplier.as_ref()).copied().unwrap_or(MULTIPLIER),
            numbers: Numbers {
                initial_delay: delay(options.initial_delay.as_ref(), INITIAL_DELAY),
                throttled_delay: delay(options.throttled_delay.as_ref(), THROTTLED_DELAY),
                says_throttled_delay: options.throttled_delay.is_some(),
                max_delay: delay(options.max_delay.as_ref(), MAX_DELAY),
                jitter: literal(options.jitter.as_ref()).copied().unwrap_or(Jittering::Full),
            },
        })
    }

    /// From where to where the wait before a retry is drawn, after errors that are throttled and
    /// bring no hint, or are not.
    fn window(&self, retry: u32, throttled: bool) -> (u64, u64) {
        let form = match self.backoff {
            Backoff::Exponential => Form::Exponential { multiplier: self.multiplier },
            Backoff::Fixed => Form::Fixed,
            Backoff::Linear => Form::Linear,
            Backoff::Fibonacci => Form::Fibonacci,
            Backoff::None => Form::None,
            Backoff::List(list) => Form::Given(match entry(list, retry) {
                Some(Value::Literal(wait)) => nanoseconds(*wait),
                _ => 0,
            }),
        };
        let previous = self.numbers.longest_previous(retry, throttled);
        let range = self.numbers.range(form, retry, throttled, previous);
        (range.low, range.low.saturating_add(range.spread))
    }

    /// `throttled`: whether anything can say so.
    fn write(&self, text: &mut String, throttled: bool) {
        let retries = self.max_attempts.saturating_sub(1);
        let outage = format!(
            "While what is called is down altogether, each call of this function makes {} calls of it.",
            self.max_attempts
        );
        if let Backoff::None = self.backoff {
            let _ = writeln!(text, "Nothing is waited, unless a server asks for it. {outage}");
            return;
        }
        let _ = writeln!(text, "| retry | wait |\n|---|---|");
        for retry in 1..=retries.min(MAX_ROWS) {
            let _ = writeln!(text, "| {retry} | {} |", range(self.window(retry, false)));
        }
        if retries > MAX_ROWS {
            let _ = writeln!(text, "| … | … |");
            let _ = writeln!(text, "| {retries} | {} |", range(self.window(retries, false)));
        }
        if retries <= MAX_SUMMED {
            let total = |throttled| {
                let longest = |retry| self.window(retry, throttled).1;
                Duration::from_nanos((1..=retries).map(longest).fold(0, u64::saturating_add))
            };
            let (total, longest) = (total(false), total(throttled));
            let _ = write!(text, "\nThe waits add up to {total:?} at most");
            if longest > total {
                let _ = write!(text, ", or {longest:?} after errors that say \"throttled\"");
            }
            text.push_str(".\n");
        } else {
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "This is without what a server asks for, of up to a minute each. {outage}"
        );
    }
}

fn range((low, high): (u64, u64)) -> String {
    let (low, high) = (Duration::from_nanos(low), Duration::from_nanos(high));
    if low == high {
        format!("{low:?}")
    } else if low.is_zero() {
        format!("up to {high:?}")
    } else {
        format!("{low:?} to {high:?}")
    }
}
