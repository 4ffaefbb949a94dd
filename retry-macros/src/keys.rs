//! The keys of the attribute. Those that are options of a policy come from its table; the others have theirs
//! here.

use reattempt_policy::__private::Key as PolicyKey;
pub(crate) use reattempt_policy::__private::nearest;

/// A key of the attribute.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Key {
    /// An option of the policy.
    Policy(PolicyKey),
    /// A key about the function.
    Function(&'static FunctionKey),
}

/// A row about a key that is no option of the policy.
#[derive(PartialEq)]
pub(crate) struct FunctionKey {
    name: &'static str,
    /// What it takes, for the table of the keys.
    #[cfg_attr(not(test), allow(dead_code, reason = "for readers, and tested"))]
    takes: &'static str,
    #[cfg_attr(not(test), allow(dead_code, reason = "for readers, and tested"))]
    default: &'static str,
    #[cfg_attr(not(test), allow(dead_code, reason = "for readers, and tested"))]
    meaning: &'static str,
    /// What to write, for error messages.
    example: &'static str,
    /// What other crates call it.
    known_as: &'static [&'static str],
    /// Whether `policy!` takes it as well.
    is_for_policies: bool,
}

const FUNCTION_KEYS: &[FunctionKey] = &[
    FunctionKey {
        name: "on",
        takes: "a path or closure, `&E -> bool` or `&E -> Retryability`; or `on(PATTERN)`, a pattern of errors",
        default: "the error's own `Retryable`",
        meaning: "Which errors are worth another attempt.",
        example: "on = is_transient",
        known_as: &[
            "condition",
            "filter",
            "if",
            "predicate",
            "retry_exceptions",
            "retry_if",
            "retry_on",
            "should_handle",
            "should_retry",
            "when",
            "with",
        ],
        is_for_policies: false,
    },
    FunctionKey {
        name: "until",
        takes: "a path or closure, `&T -> bool`",
        default: "–",
        meaning: "Polls: calls again until this accepts the value. If the attempts run out, the last value is returned as `Ok`.",
        example: "until = is_ready",
        known_as: &["retry_until"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "otherwise",
        takes: "a path or closure, from the value to what the function returns, such as `T -> Result<T, E>`",
        default: "`Ok`",
        meaning: "With `until`: what becomes of the last value if the call ends with it.",
        example: "otherwise = |job| Err(Error::NotReady(job))",
        known_as: &[],
        is_for_policies: false,
    },
    FunctionKey {
        name: "throttled",
        takes: "`throttled(max_attempts = 8, initial_delay = 1s, max_delay = 60s)`",
        default: "as for other errors",
        meaning: "Limits and delays of their own for errors that say \"throttled\": each part is a key of its own as well, `throttled_max_attempts`, `throttled_delay` and `throttled_max_delay`.",
        example: "throttled(max_attempts = 8, initial_delay = 1s)",
        known_as: &[],
        is_for_policies: true,
    },
    FunctionKey {
        name: "deadline",
        takes: "a duration, or an expression: a `Duration`, an `Instant`, or an `Option` of one",
        default: "–",
        meaning: "Async functions: when the whole call has to be over. It cuts off a running attempt, and no delay is begun that would end later.",
        example: "deadline = 30s",
        known_as: &["call_timeout", "overall_timeout", "timeout", "total_timeout"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "attempt_timeout",
        takes: "a duration, or an expression of that type",
        default: "–",
        meaning: "Async functions: the time that each attempt has. One that is cut off is tried again.",
        example: "attempt_timeout = 5s",
        known_as: &["per_attempt_timeout", "per_try_timeout", "try_timeout"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "stall_timeout",
        takes: "a duration, or an expression of that type",
        default: "–",
        meaning: "Async functions with `context = cx`: an attempt that has not called `cx.progress()` for so long is cut off.",
        example: "stall_timeout = 10s",
        known_as: &["idle_timeout"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "timed_out",
        takes: "a path or closure, `TimedOut -> E`",
        default: "`E: From<TimedOut>`",
        meaning: "The error of a call whose last attempt was cut off.",
        example: "timed_out = Error::TimedOut",
        known_as: &["on_timeout"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "cancel",
        takes: "an expression: in async functions a future or a variable with a method `cancelled`, as `CancellationToken` has it; in blocking ones a `CancelToken`, an `AtomicBool`, or a closure that answers `bool`",
        default: "–",
        meaning: "Stops waiting when it fires, and begins no further attempt: the last error comes back. A running attempt is not cut off. It is evaluated before each wait.",
        example: "cancel = token.cancelled()",
        known_as: &[
            "abort",
            "cancellation",
            "cancellation_token",
            "shutdown",
            "stop_when",
            "token",
        ],
        is_for_policies: false,
    },
    FunctionKey {
        name: "on_retry",
        takes: "a path or closure, `&Retrying<'_, E>`",
        default: "–",
        meaning: "Is told of each failed attempt that another one follows: `operation()`, `attempt()`, `delay()`, `elapsed()`, `error()`.",
        example: "on_retry = |retry| progress.retry(retry.delay())",
        known_as: &[
            "after_attempt",
            "before_sleep",
            "callback",
            "notify",
            "on_error",
            "on_failure",
        ],
        is_for_policies: false,
    },
    FunctionKey {
        name: "on_give_up",
        takes: "a path or closure, `&GivingUp<'_, E>`",
        default: "–",
        meaning: "Is told of the end of a call that failed: `operation()`, `attempts()`, `elapsed()`, `waited()`, `reason()`, `error()`.",
        example: "on_give_up = |call| metrics.lost(call.reason())",
        known_as: &["on_exhausted", "on_failed"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "map_err",
        takes: "a path or closure, `(E, &GaveUp) -> E`",
        default: "–",
        meaning: "Makes the error of a failed call anew, once, at its end: from `attempts()`, `elapsed()`, `waited()`, `reason()`.",
        example: "map_err = |error, call| error.after(call.attempts())",
        known_as: &["wrap_err"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "idempotent",
        takes: "`true` or `false`, or an expression of that type, evaluated after a failed attempt",
        default: "`true`",
        meaning: "With `false`, the work must not be done twice, so it is tried again only if the error says that nothing was applied.",
        example: "idempotent = false",
        known_as: &["is_idempotent", "repeatable"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "budget",
        takes: "nothing, for a budget of this function's own, or a `static` of type `Budget`, or a reference to one",
        default: "–",
        meaning: "Retries are paid from a budget that successes fill: when most calls fail, hardly any is retried. It ends patient work too, see `Budget`.",
        example: "budget = UPSTREAM",
        known_as: &["retry_budget", "token_bucket", "quota"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "brake",
        takes: "nothing or `true`, for a brake of this function's own, or a `static` of type `Brake`, or a reference to one",
        default: "`false`",
        meaning: "After four failed retries in a row, only a trickle goes on trying until one works; the other calls go on waiting as their policy says, see `Brake`. The error is kept while the call waits.",
        example: "brake = UPSTREAM",
        known_as: &[],
        is_for_policies: false,
    },
    FunctionKey {
        name: "nested",
        takes: "`\"all\"` or `\"once\"`",
        default: "`\"all\"`",
        meaning: "With `\"once\"`, annotated calls inside of the attempts after the first run once, so that the attempts of the two add up and don't multiply.",
        example: "nested = \"once\"",
        known_as: &[],
        is_for_policies: false,
    },
    FunctionKey {
        name: "span",
        takes: "nothing or `true`",
        default: "`false`",
        meaning: "Each attempt runs in a `tracing` span of its own, `attempt`, with `operation` and `attempt` as its fields.",
        example: "span",
        known_as: &["spans", "trace", "tracing"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "clone",
        takes: "`clone(a, b)`, the names of arguments",
        default: "–",
        meaning: "Each attempt gets its own clone of these arguments.",
        example: "clone(body)",
        known_as: &["clones"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "context",
        takes: "an identifier",
        default: "–",
        meaning: "A name for the attempt's `Context` in the body.",
        example: "context = cx",
        known_as: &["ctx"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "policy",
        takes: "an expression: a `Policy`, `&self.policy`, anything that implements `RetryPolicy`",
        default: "–",
        meaning: "A named policy, or one that is made at run time. A path, a field, an index or a method is evaluated after each failed attempt; all but a method are also looked at before the first, to see whether there is a limit in time. An expression that makes a policy (by a function's path, a macro, a block or an `.await`) is evaluated once in each call: after its first failure, or with `context` before the first attempt. The keys of a policy can only change a `const` of type `Policy`.",
        example: "policy = STORAGE",
        known_as: &["config"],
        is_for_policies: true,
    },
    FunctionKey {
        name: "name",
        takes: "a string, or a constant expression such as `concat!(…)`",
        default: "`module::function`",
        meaning: "The operation's name in logs and metrics.",
        example: "name = \"fetch\"",
        known_as: &["label", "operation"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "sleep",
        takes: "a `Timer`: a path or closure, `Duration -> ()` or, on an async function, `Duration -> impl Future`, or a path or a field that is a value of your own type",
        default: "see `DefaultTimer`",
        meaning: "Waits in place of the default timer, and times attempts that have a limit: it must not return early.",
        example: "sleep = my_timer::sleep",
        known_as: &["sleeper", "timer"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "doc",
        takes: "`true` or `false`",
        default: "`true`",
        meaning: "Whether the documentation of the function, if it has any, gets a section \"Retries\".",
        example: "doc = false",
        known_as: &["docs"],
        is_for_policies: false,
    },
    FunctionKey {
        name: "crate",
        takes: "a path",
        default: "`::reattempt`",
        meaning: "Where `reattempt` is, for crates that re-export it.",
        example: "crate = ::my_crate::reattempt",
        known_as: &["krate"],
        is_for_policies: true,
    },
];

impl Key {
    /// All of them, in the order of the table.
    pub(crate) fn all() -> impl Iterator<Item = Key> {
        let of_policy = PolicyKey::ALL.iter().copied().map(Key::Policy);
        of_policy.chain(FUNCTION_KEYS.iter().map(Key::Function))
    }

    /// The key of this name.
    pub(crate) fn named(name: &str) -> Option<Key> {
        Key::all().find(|key| key.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Key::Policy(key) => key.name(),
            Key::Function(key) => key.name,
        }
    }

    /// What to write, for error messages.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Key::Policy(key) => key.example(),
            Key::Function(key) => key.example,
        }
    }

    /// What other crates call it.
    pub(crate) fn known_as(self) -> &'static [&'static str] {
        match self {
            Key::Policy(key) => key.known_as(),
            Key::Function(key) => key.known_as,
        }
    }

    /// Whether `policy!` takes it.
    pub(crate) fn is_for_policies(self) -> bool {
        match self {
            Key::Policy(_) => true,
            Key::Function(key) => key.is_for_policies,
        }
    }

    /// Its row in the table of the keys.
    #[cfg(test)]
    pub(crate) fn row(self) -> String {
        struct Default(PolicyKey);
        impl core::fmt::Display for Default {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.write_default(formatter)
            }
        }
        let (takes, default, meaning) = match self {
            Key::Policy(key) => {
                let default = Default(key).to_string();
                let default = if let Some(absent) = key.absent() {
                    absent.to_owned()
                } else if key == PolicyKey::Log {
                    "`WARN`, `INFO` and `ERROR`".to_owned()
                } else if default.starts_with(char::is_alphabetic) {
                    format!("`\"{default}\"`")
                } else {
                    format!("`{default}`")
                };
                (key.takes(), default, key.meaning().trim())
            }
            Key::Function(key) => (key.takes, key.default.to_owned(), key.meaning),
        };
        format!("| `{}` | {takes} | {default} | {meaning} |", self.name())
    }
}
