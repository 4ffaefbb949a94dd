//! The section "Retries" in the documentation of a function that has any.
//!
//! Its numbers come out of the functions that the run-time schedule comes out of.

use core::fmt::Write as _;
use core::num::NonZeroU32;
use core::time::Duration;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use reattempt_policy::__private::DelayCause;
use reattempt_policy::{Backoff, Policy, RetryAfter, Window};

use crate::model::{On, Options, Setting};
use crate::syntax::function::Function;
use crate::syntax::returned_future::returns_option;
use crate::syntax::values::Value;
use crate::tokens::{Tokens, is_closure, is_group, is_punct, is_word};

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
    if let Some(policy) = options.known_policy() {
        let _ = match policy.max_attempts() {
            Some(attempts) if policy.reset_after().is_some() => {
                writeln!(text, "Up to {attempts} attempts in a row, {errors}.\n")
            }
            Some(attempts) => writeln!(text, "Up to {attempts} attempts, {errors}.\n"),
            None => writeln!(text, "An unlimited number of attempts, {errors}.\n"),
        };
        let limits = Limits::of(options, Some(&policy));
        write_schedule(&policy, &mut text, may_be_throttled(function, options), &limits);
        limits.write(&mut text);
        return text;
    }
    text.push_str("Tried again");
    if let Some(policy) = &options.policy {
        let _ = write!(text, " by the policy `{}`", written(&policy.tokens));
    }
    for (count, option) in options.of_policy.iter().enumerate() {
        let before = if count == 0 { " with" } else { "," };
        // By its own name: one that stands in `throttled(…)` has a shorter one there.
        let (key, value) = (option.key, written(&option.setting.tokens));
        let _ = write!(text, "{before} `{key} = {value}`");
    }
    let _ = writeln!(text, ", {errors}.");
    Limits::of(options, None).write(&mut text);
    text
}

/// What ends a call, or an attempt, besides the number of attempts.
struct Limits {
    /// The longest time of a call, where it is known here.
    longest: Duration,
    /// Whether there is a longest time, be it known here or not.
    are_in_time: bool,
    can_be_cancelled: bool,
    sentences: Vec<String>,
}

impl Limits {
    /// Those of the function itself, and of its policy if that is known here.
    fn of(options: &Options, policy: Option<&Policy>) -> Limits {
        let mut limits = Limits {
            longest: Duration::MAX,
            are_in_time: false,
            can_be_cancelled: options.cancel.is_some(),
            sentences: Vec::new(),
        };
        if let Some(max_elapsed) = policy.and_then(Policy::max_elapsed) {
            limits.end_call(Some(max_elapsed));
            limits.say(format!(
                "No delay is begun that would end later than {max_elapsed:?} after the call began."
            ));
        }
        if let Some(deadline) = &options.deadline {
            limits.end_call(deadline.value.literal());
            limits.say(match deadline.value.literal() {
                Some(deadline) => format!("The whole call takes {deadline:?} at most."),
                None => format!("The call ends by its deadline, `{}`.", written(&deadline.tokens)),
            });
        }
        if let Some(timeout) = &options.attempt_timeout {
            limits.say(format!("An attempt is cut off after {}.", time(timeout)));
        }
        if let Some(timeout) = &options.stall_timeout {
            limits.say(format!("An attempt is cut off after {} without progress.", time(timeout)));
        }
        match policy.and_then(Policy::throttled_max_attempts) {
            None => {}
            Some(u32::MAX) => {
                limits.say("Attempts that fail with \"throttled\" count for no limit.".to_owned());
            }
            Some(attempts) => limits.say(format!(
                "Attempts that fail with \"throttled\" are counted apart, and may come on top: up to {attempts} of them."
            )),
        }
        if let Some(reset_after) = policy.and_then(Policy::reset_after) {
            limits.say(format!(
                "After an attempt that lasted {reset_after:?} or longer, the count and the delays begin anew."
            ));
        }
        limits
    }

    fn end_call(&mut self, after: Option<Duration>) {
        self.are_in_time = true;
        self.longest = self.longest.min(after.unwrap_or(Duration::MAX));
    }

    fn say(&mut self, sentence: String) {
        self.sentences.push(sentence);
    }

    fn write(&self, text: &mut String) {
        if !self.sentences.is_empty() {
            let _ = writeln!(text, "\n{}", self.sentences.join(" "));
        }
    }
}

fn time(setting: &Setting<Value<Duration>>) -> String {
    match setting.value.literal() {
        Some(time) => format!("{time:?}"),
        None => format!("`{}`", written(&setting.tokens)),
    }
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
            text.push_str(", and after values that the closure given as `until` rejects");
        }
        Some(until) => {
            let until = written(&until.tokens);
            let _ = write!(text, ", and after values that `{until}` rejects");
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

/// `throttled`: whether anything can say that an attempt was.
fn write_schedule(policy: &Policy, text: &mut String, throttled: bool, limits: &Limits) {
    let attempts = policy.max_attempts().map(NonZeroU32::get);
    let outage = if let Some(attempts) = attempts {
        let how_many = match limits {
            Limits { are_in_time: true, .. } => "at most ",
            _ if policy.reset_after().is_some() => "at least ",
            _ => "",
        };
        format!("one call of this function makes {how_many}{attempts} attempts")
    } else {
        let ends = match limits {
            Limits { are_in_time: true, .. } => "goes on until its time is over",
            Limits { can_be_cancelled: true, .. } => "does not return until it is cancelled",
            _ => "does not return",
        };
        format!("a call of this function {ends}")
    };
    let outage = format!("While what it calls is down, {outage}.");
    if let Backoff::None = policy.backoff() {
        let _ = writeln!(text, "It does not wait, unless a server asks for it. {outage}");
        return;
    }
    let retries = attempts.map_or(u32::MAX, |attempts| attempts - 1);
    let window = |retry| policy.window(retry);
    // A single row that was left out would take no more room than the dots.
    let rows = if retries == MAX_ROWS + 1 { retries } else { retries.min(MAX_ROWS) };
    let _ = writeln!(text, "| retry | delay |\n|---|---|");
    for retry in 1..=rows {
        let _ = writeln!(text, "| {retry} | {} |", range(window(retry)));
    }
    if retries > rows {
        let _ = writeln!(text, "| … | … |");
        if attempts.is_some() {
            let _ = writeln!(text, "| {retries} | {} |", range(window(retries)));
        }
    }
    text.push('\n');
    // Where the count begins anew, or some attempts come on top, there is no sum.
    let has_sum = policy.reset_after().is_none() && policy.throttled_max_attempts().is_none();
    if retries <= MAX_SUMMED && has_sum {
        let total = |cause| {
            let longest = |retry| policy.longest_window(retry, cause).high();
            let total = (1..=retries).map(longest).fold(Duration::ZERO, Duration::saturating_add);
            total.min(limits.longest)
        };
        let total_transient = total(DelayCause::Transient);
        let _ = write!(text, "The delays add up to {total_transient:?} at most");
        let total_throttled = if throttled { total(DelayCause::Throttled) } else { Duration::ZERO };
        if total_throttled > total_transient {
            let _ = write!(text, ", or {total_throttled:?} after errors that say \"throttled\"");
        }
        text.push_str(".\n");
    }
    let hint = if policy.retry_after() == RetryAfter::Capped {
        format!("longer ones, up to {:?}", policy.max_delay())
    } else {
        format!("up to {:?} more, each time", policy.max_retry_after())
    };
    let _ = writeln!(text, "A server may ask for {hint}. {outage}");
}

fn range(window: Window) -> String {
    let (low, high) = (window.low(), window.high());
    if low == high {
        format!("{low:?}")
    } else if low.is_zero() {
        format!("up to {high:?}")
    } else {
        format!("{low:?} to {high:?}")
    }
}
