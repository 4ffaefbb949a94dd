//! The options as they were written: a value for each key, still with its place.

use core::time::Duration;

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;

use reattempt_policy::__private::{Draft, Key as PolicyKey, Value as PolicyValue, intern};
use reattempt_policy::{Backoff, Policy};

use crate::syntax::values::{OptionValue, Value};
use crate::tokens::{Tokens, first_span, rename_self};

/// The value of a key, with the key and the value as they were written.
pub(crate) struct Setting<T> {
    pub(crate) key: Ident,
    pub(crate) tokens: Tokens,
    pub(crate) value: T,
}

impl<T> Setting<T> {
    /// Where to blame, and where to have the compiler blame, this value.
    pub(crate) fn span(&self) -> Span {
        first_span(&self.tokens)
    }

    /// The value as it was written.
    pub(crate) fn tokens_as_written(&self) -> String {
        self.tokens.to_token_stream().to_string()
    }
}

/// A key that takes a name, a path or an expression just as it stands.
pub(crate) type Verbatim = Option<Setting<()>>;

/// Which errors are worth another attempt.
pub(crate) enum On {
    /// A function, by a path or a closure.
    Function,
    /// A pattern of errors.
    Pattern,
}

/// A budget or a brake.
pub(crate) enum Shared {
    /// One of this function's own.
    Own,
    /// What an expression leads to.
    Expression,
}

/// An option of the policy.
pub(crate) struct PolicyOption {
    pub(crate) key: PolicyKey,
    pub(crate) setting: Setting<OptionValue>,
}

/// The keys of the attribute, as far as they were given and made sense.
#[derive(Default)]
pub(crate) struct Options {
    /// Those that are options of the policy, in the order in which they were written.
    pub(crate) of_policy: Vec<PolicyOption>,
    pub(crate) on: Option<Setting<On>>,
    pub(crate) until: Verbatim,
    pub(crate) otherwise: Verbatim,
    pub(crate) idempotent: Option<Setting<Value<bool>>>,
    pub(crate) deadline: Option<Setting<Value<Duration>>>,
    pub(crate) attempt_timeout: Option<Setting<Value<Duration>>>,
    pub(crate) stall_timeout: Option<Setting<Value<Duration>>>,
    pub(crate) timed_out: Verbatim,
    pub(crate) cancel: Verbatim,
    pub(crate) on_retry: Verbatim,
    pub(crate) on_give_up: Verbatim,
    pub(crate) map_err: Verbatim,
    pub(crate) budget: Option<Setting<Shared>>,
    pub(crate) brake: Option<Setting<Shared>>,
    /// Whether calls inside of the attempts after the first run once.
    pub(crate) nested: Option<Setting<bool>>,
    /// Whether each attempt has a span of its own.
    pub(crate) span: Option<Setting<bool>>,
    pub(crate) clone: Option<Setting<Vec<Ident>>>,
    pub(crate) context: Option<Setting<Ident>>,
    pub(crate) doc: Option<Setting<bool>>,
    pub(crate) policy: Verbatim,
    /// The name, if it is not an expression.
    pub(crate) name: Option<Setting<Option<String>>>,
    pub(crate) sleep: Verbatim,
    pub(crate) krate: Verbatim,
    /// Whether any of the keys was given that ask for more than the plain loop. To look for each of them in each
    /// annotated function would take the compiler its time.
    pub(crate) asks_for_more: bool,
}

impl Options {
    /// The value of an option of the policy, as it was written.
    pub(crate) fn policy_option(&self, key: PolicyKey) -> Option<&Setting<OptionValue>> {
        let option = self.of_policy.iter().find(|option| option.key == key)?;
        Some(&option.setting)
    }

    /// Whether other keys change the policy that was given, or the default one. How loud a function is can be said
    /// beside any policy.
    pub(crate) fn changes_policy(&self) -> bool {
        let only_log =
            |option: &PolicyOption| self.policy.is_some() && option.key == PolicyKey::Log;
        !self.of_policy.iter().all(only_log)
    }

    /// How loud the function is, where its policy is one that no key changes.
    pub(crate) fn own_log(&self) -> Option<&Setting<OptionValue>> {
        if self.changes_policy() { None } else { self.policy_option(PolicyKey::Log) }
    }

    /// Whether each attempt may be cut off.
    pub(crate) fn cuts_off(&self) -> bool {
        self.asks_for_more
            && (self.deadline.is_some()
                || self.attempt_timeout.is_some()
                || self.stall_timeout.is_some())
    }

    /// Whether the caller is told something about a call that was given up.
    pub(crate) fn tells_end(&self) -> bool {
        self.asks_for_more
            && (self.on_give_up.is_some() || self.map_err.is_some() || self.otherwise.is_some())
    }

    /// Whether the work must not be done twice, and that is known here.
    pub(crate) fn is_never_twice(&self) -> bool {
        matches!(&self.idempotent, Some(Setting { value: Value::Literal(false), .. }))
    }

    /// Whether the call may end while it waits, so that its error is kept until then.
    pub(crate) fn may_end_waiting(&self) -> bool {
        self.asks_for_more && (self.cancel.is_some() || self.brake.is_some())
    }

    /// Whether each attempt has a span of its own.
    pub(crate) fn has_spans(&self) -> bool {
        matches!(&self.span, Some(Setting { value: true, .. }))
    }

    /// Whether calls inside of the attempts after the first run once.
    pub(crate) fn runs_nested_once(&self) -> bool {
        matches!(&self.nested, Some(Setting { value: true, .. }))
    }

    /// Everything that was written about the policy.
    pub(crate) fn policy_tokens(&self) -> impl Iterator<Item = &Tokens> {
        let base = self.policy.iter().map(|policy| &policy.tokens);
        base.chain(self.of_policy.iter().map(|option| &option.setting.tokens))
    }

    /// The policy, if every number in it is known here. It has been checked.
    pub(crate) fn known_policy(&self) -> Option<Policy> {
        if self.policy.is_some() {
            return None;
        }
        let mut builder = Policy::builder();
        for PolicyOption { key, setting } in &self.of_policy {
            let value = match &setting.value {
                OptionValue::Known(value) => *value,
                OptionValue::List(list) => {
                    let delays: Option<Vec<_>> = list.iter().map(Value::literal).collect();
                    PolicyValue::Backoff(Backoff::List(intern(&delays?)))
                }
                OptionValue::Expression => return None,
            };
            builder = builder.set(*key, value);
        }
        Some(builder.build_checked())
    }

    /// The options of the policy as the rules look at them. An entry of a list that is an expression is looked
    /// at by the compiler; the rules about the length of a list hold for any entries.
    pub(crate) fn draft(&self) -> Draft {
        let mut draft = Draft::new(self.policy.is_some());
        for PolicyOption { key, setting } in &self.of_policy {
            match &setting.value {
                OptionValue::Known(value) => draft.set(*key, *value),
                OptionValue::Expression => draft.set_expression(*key),
                OptionValue::List(list) => {
                    let shortest = Duration::from_nanos(1);
                    let delays = list.iter().map(|entry| entry.literal().unwrap_or(shortest));
                    let delays: Vec<_> = delays.collect();
                    draft.set(*key, PolicyValue::Backoff(Backoff::List(intern(&delays))));
                }
            }
        }
        draft
    }

    /// Where the body has another name for `self`, the expressions about the call have it too.
    pub(crate) fn rename_self(&mut self, receiver: &Ident) {
        let on = self.on.as_mut().map(|setting| &mut setting.tokens);
        let idempotent = self.idempotent.as_mut().map(|setting| &mut setting.tokens);
        let times = [&mut self.deadline, &mut self.attempt_timeout, &mut self.stall_timeout];
        let times = times.into_iter().flatten().map(|setting| &mut setting.tokens);
        let others = [
            &mut self.until,
            &mut self.policy,
            &mut self.sleep,
            &mut self.otherwise,
            &mut self.timed_out,
            &mut self.cancel,
            &mut self.on_retry,
            &mut self.on_give_up,
            &mut self.map_err,
        ];
        let shared = [&mut self.budget, &mut self.brake];
        let shared = shared.into_iter().flatten().map(|setting| &mut setting.tokens);
        let others = others.into_iter().flatten().map(|setting| &mut setting.tokens);
        for tokens in on.into_iter().chain(idempotent).chain(times).chain(others).chain(shared) {
            *tokens = rename_self(tokens, receiver);
        }
    }
}
