//! The one table of the attribute's keys. The README's table is tested against it.

#[allow(dead_code, reason = "half of it is for readers, and tested")]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// What it takes, as the README's table has it.
    pub(crate) takes: &'static str,
    pub(crate) default: &'static str,
    pub(crate) meaning: &'static str,
    /// What to write, for error messages.
    pub(crate) example: &'static str,
    /// What other crates call it.
    pub(crate) known_as: &'static [&'static str],
    /// Whether it is an option of the policy, and `policy!` takes it as well.
    pub(crate) of_policy: bool,
}

pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "max_attempts",
        takes: "integer from 2 on",
        default: "3",
        meaning: "calls in all, the first included; with a list of waits, one for each and one more",
        example: "max_attempts = 5",
        known_as: &[
            "attempts",
            "max_retries",
            "max_times",
            "max_tries",
            "retries",
            "stop",
            "times",
            "tries",
        ],
        of_policy: true,
    },
    Key {
        name: "backoff",
        takes: "`\"exponential\"` `\"fixed\"` `\"linear\"` `\"fibonacci\"` `\"none\"`, a list of durations, or a `CustomBackoff` such as a `fn(u32) -> Duration`",
        default: "`\"exponential\"`",
        meaning: "the shape of the waits; the last of a list serves all the retries after it",
        example: "backoff = \"exponential\"",
        known_as: &["strategy", "wait"],
        of_policy: true,
    },
    Key {
        name: "initial_delay",
        takes: "duration",
        default: "`100ms`",
        meaning: "the first wait, before jitter",
        example: "initial_delay = 100ms",
        known_as: &["base_delay", "delay", "interval", "min_delay"],
        of_policy: true,
    },
    Key {
        name: "throttled_delay",
        takes: "duration",
        default: "`1s`",
        meaning: "takes the place of `initial_delay`, where that is shorter, after an error that says \"throttled\" and brings no hint; with a list or a `CustomBackoff` only if given",
        example: "throttled_delay = 1s",
        known_as: &[],
        of_policy: true,
    },
    Key {
        name: "max_delay",
        takes: "duration",
        default: "`20s`",
        meaning: "no wait of our own is longer, jitter included",
        example: "max_delay = 20s",
        known_as: &["cap", "max_backoff", "max_interval", "max_wait"],
        of_policy: true,
    },
    Key {
        name: "multiplier",
        takes: "number ≥ 1",
        default: "2.0",
        meaning: "how much longer each wait is than the one before; for `\"exponential\"` only",
        example: "multiplier = 2.0",
        known_as: &["backoff_factor", "base", "exponent", "factor"],
        of_policy: true,
    },
    Key {
        name: "jitter",
        takes: "alone (full), `\"full\"` `\"equal\"` `\"decorrelated\"` `\"none\"`, or a fraction from 0 to 1",
        default: "`\"full\"`",
        meaning: "how waits are spread out, within the capped window; a fraction adds up to that share of the wait",
        example: "jitter = \"full\"",
        known_as: &["randomize"],
        of_policy: true,
    },
    Key {
        name: "on",
        takes: "path or closure, `&E -> bool` or `&E -> Retryability`; or `on(PATTERN)`, a pattern of errors",
        default: "the error's own `Retryable`",
        meaning: "which errors are worth another attempt",
        example: "on = is_transient",
        known_as: &["condition", "filter", "predicate", "retry_if", "when"],
        of_policy: false,
    },
    Key {
        name: "until",
        takes: "path or closure, `&T -> bool`",
        default: "–",
        meaning: "a value that is not good enough yet is tried again: polling",
        example: "until = is_ready",
        known_as: &["retry_until"],
        of_policy: false,
    },
    Key {
        name: "idempotent",
        takes: "`true` or `false`, or an expression that says so, evaluated after a failed attempt",
        default: "`true`",
        meaning: "`false`: the work must not be done twice, so it is tried again only where the error says that nothing was applied",
        example: "idempotent = false",
        known_as: &["is_idempotent", "repeatable"],
        of_policy: false,
    },
    Key {
        name: "clone",
        takes: "`clone(a, b)`, names of arguments",
        default: "–",
        meaning: "arguments of which each attempt gets a clone of its own",
        example: "clone(body)",
        known_as: &["clones"],
        of_policy: false,
    },
    Key {
        name: "context",
        takes: "identifier",
        default: "–",
        meaning: "binds the attempt's `Context` in the body",
        example: "context = cx",
        known_as: &["ctx"],
        of_policy: false,
    },
    Key {
        name: "policy",
        takes: "expression: a `Policy`, `&self.policy`, anything that implements `RetryPolicy`",
        default: "–",
        meaning: "a named policy, or one made at run time, which is evaluated when it is needed, after each failed attempt and with `context` before each; other keys change a `const` one",
        example: "policy = STORAGE",
        known_as: &["config"],
        of_policy: true,
    },
    Key {
        name: "name",
        takes: "string, or a constant expression such as `concat!(…)`",
        default: "`module::function`",
        meaning: "the operation's name in logs",
        example: "name = \"fetch\"",
        known_as: &["label", "operation"],
        of_policy: false,
    },
    Key {
        name: "sleep",
        takes: "path or closure, `Duration -> ()` or, on an async function, `Duration -> impl Future`",
        default: "`std::thread::sleep`, `tokio::time::sleep`",
        meaning: "another timer",
        example: "sleep = my_timer::sleep",
        known_as: &["sleeper", "timer"],
        of_policy: false,
    },
    Key {
        name: "doc",
        takes: "`true` or `false`",
        default: "`true`",
        meaning: "the section \"Retries\" in the documentation of a function that has any",
        example: "doc = false",
        known_as: &["docs"],
        of_policy: false,
    },
    Key {
        name: "crate",
        takes: "path",
        default: "`::reattempt`",
        meaning: "where this crate is, for crates that re-export it",
        example: "crate = ::my_crate::reattempt",
        known_as: &["krate"],
        of_policy: true,
    },
];

impl Key {
    /// The key of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// What to tell somebody who wrote a key that does not exist.
    pub(crate) fn unknown(name: &str, of_policy: bool) -> String {
        if matches!(name, "attempt_timeout" | "deadline" | "max_elapsed" | "timeout") {
            return format!(
                "unknown key `{name}`: to bound the whole call, put `tokio::time::timeout` around it; \
                 to bound each attempt, put it into the body, whose error `Elapsed` is transient"
            );
        }
        if matches!(name, "not_idempotent" | "non_idempotent") {
            return format!("unknown key `{name}`: write `idempotent = false`");
        }
        if matches!(
            name,
            "transient" | "throttled" | "permanent" | "cancelled" | "forward" | "not_applied"
        ) {
            return format!(
                "unknown key `{name}`: it is about an error, and goes above a variant of an enum with \
                 `#[derive(Retryable)]`"
            );
        }
        if let Some(key) = KEYS.iter().find(|key| key.known_as.contains(&name)) {
            let more = if name.contains("retries") || name == "times" {
                "; it counts the first call too"
            } else {
                ""
            };
            return format!(
                "unknown key `{name}`: here it is called `{}`, as in `{}`{more}",
                key.name, key.example
            );
        }
        if matches!(name, "no_jitter" | "without_jitter") {
            return format!("unknown key `{name}`: write `jitter = \"none\"`");
        }
        if let Some(near) = nearest(name, KEYS.iter().map(|key| key.name)) {
            return format!("unknown key `{name}`: did you mean `{near}`?");
        }
        let known = KEYS.iter().filter(|key| key.of_policy || !of_policy);
        let known: Vec<_> = known.map(|key| format!("`{}`", key.name)).collect();
        format!("unknown key `{name}`: the keys are {}", known.join(", "))
    }
}

/// The candidate that this was most likely meant to be, if any is near.
pub(crate) fn nearest<'a>(
    written: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let (distance, near) =
        candidates.map(|candidate| (distance(written, candidate), candidate)).min()?;
    (distance <= 1 + written.len() / 4).then_some(near)
}

/// Levenshtein's distance.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (deleted, a) in one.chars().enumerate() {
        let mut diagonal = deleted;
        let mut left = deleted + 1;
        let mut next = vec![left];
        for (b, above) in other.chars().zip(row.iter().skip(1).copied()) {
            left = (diagonal + usize::from(a != b)).min(above + 1).min(left + 1);
            next.push(left);
            diagonal = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
