//! Whether a clock is read, and what calls inside of an attempt are told of the time that is left.

use proc_macro2::TokenTree;
use reattempt_policy::__private::Key as PolicyKey;

use super::policy::Policy;
use crate::model::{Options, PolicyOption};
use crate::tokens::Tokens;

/// Whether the clock is read when a call begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockReads {
    /// Nothing asks for it.
    Never,
    /// Only the policy knows whether it has a limit in time.
    IfPolicyIsTimed,
    Always,
}

/// What is said to calls inside of the attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inside {
    Nothing,
    /// Where they are retries, to run once.
    Once,
    /// When the call has to be over, and to run once where that was asked for.
    End,
}

impl ClockReads {
    pub(super) fn of(options: &Options, policy: &Policy) -> ClockReads {
        let is_timed = |option: &PolicyOption| {
            matches!(option.key, PolicyKey::MaxElapsed | PolicyKey::ResetAfter)
        };
        let is_told = options.asks_for_more
            && (options.deadline.is_some()
                || options.on_retry.is_some()
                || options.on_give_up.is_some()
                || options.map_err.is_some());
        if is_told || options.of_policy.iter().any(is_timed) {
            return ClockReads::Always;
        }
        let Some(written) = &options.policy else { return ClockReads::Never };
        match policy {
            // What makes it may take its time, or wait: that is not done on success.
            Policy::Kept if options.context.is_none() => ClockReads::Always,
            // A method, likewise.
            Policy::Reference if holds_call(&written.tokens) => ClockReads::Always,
            _ => ClockReads::IfPolicyIsTimed,
        }
    }
}

impl Inside {
    pub(super) fn of(options: &Options, policy: &Policy, clock: ClockReads) -> Inside {
        // What is made by an expression is not looked at before each attempt.
        let may_have_max_elapsed = options.policy_option(PolicyKey::MaxElapsed).is_some()
            || options.policy.is_some()
                && match policy {
                    Policy::Constant | Policy::InlineConstant | Policy::NamedConstant => true,
                    Policy::Reference => clock == ClockReads::IfPolicyIsTimed,
                    Policy::Text(_) | Policy::Kept => false,
                };
        if options.deadline.is_some() || may_have_max_elapsed {
            Inside::End
        } else if options.runs_nested_once() {
            Inside::Once
        } else {
            Inside::Nothing
        }
    }
}

/// Whether anything is called: `self.policy()`
fn holds_call(tokens: &Tokens) -> bool {
    tokens.iter().any(|token| matches!(token, TokenTree::Group(_)))
}
