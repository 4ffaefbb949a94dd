//! The section "Retries" that a function's documentation gains, as `cargo doc` shows it, against the
//! schedule that the function then follows.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use reattempt::{FailedAttempt, Policy, RetryPolicy, Retryability, policy};

/// The page of a function, as text.
fn page(function: &str) -> String {
    page_at(&format!("fn.{function}.html"))
}

fn page_at(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = root.join("target/documented");
    let output = Command::new(env!("CARGO"))
        .args(["doc", "--no-deps", "--quiet", "--target-dir"])
        .arg(&target)
        .current_dir(root.join("tests/documented"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = target.join("doc/documented").join(file);
    let page = std::fs::read_to_string(page).expect("the page is made");
    text(&page)
}

/// Without tags; a cell, a paragraph or a heading a line.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
        if ["/td", "/th", "/p", "/h1", "/h2", "/tr"].contains(&tag) {
            text.push('\n');
        }
        rest = behind;
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace(['“', '”'], "\"")
        .replace('§', "")
}

/// The rows of the table, from the policy itself.
fn rows(policy: Policy, retries: u32) -> Vec<String> {
    let row = |retry| {
        let (low, high) = (policy.window(retry).low(), policy.window(retry).high());
        let wait = match (low, high) {
            (low, high) if low == high => format!("{low:?}"),
            (Duration::ZERO, high) => format!("up to {high:?}"),
            (low, high) => format!("{low:?} to {high:?}"),
        };
        format!("{retry}\n{wait}\n")
    };
    (1..=retries).map(row).collect()
}

/// The longest waits, added up.
fn total(policy: Policy, retries: u32, may_be_throttled: bool) -> String {
    let add_up = |retryability: Retryability| {
        let mut previous = Duration::ZERO;
        let mut total = Duration::ZERO;
        for retry in 1..=retries {
            let failed = FailedAttempt::new(retry, retryability).with_previous_delay(previous);
            previous = RetryPolicy::wait(&policy, &failed).unwrap().high();
            total += previous;
        }
        total
    };
    let (total, throttled) = (add_up(Retryability::transient()), add_up(Retryability::throttled()));
    if may_be_throttled && throttled > total {
        format!("up to {total:?} at most, or {throttled:?} after errors that say \"throttled\".")
    } else {
        format!("up to {total:?} at most.")
    }
}

#[test]
fn it_has_the_schedule_that_the_function_follows() {
    let linear = policy!(max_attempts = 5, backoff = "linear", jitter = "equal", max_delay = 300ms);
    let listed = policy!(backoff = [10ms, 1s, 1.5s], jitter = "none");
    let many = policy!(max_attempts = 100, initial_delay = 1s, jitter = "decorrelated");
    let fixed = policy!(max_attempts = 4, backoff = "fixed", initial_delay = 1.5s, jitter = 0.25);
    let fibonacci = policy!(max_attempts = 7, backoff = "fibonacci", throttled_delay = 2s);
    let method = policy!(max_attempts = 6, multiplier = 1.5, jitter = "none");
    let provided = policy!(max_attempts = 3, backoff = "linear");
    for (file, policy, shown, retries) in [
        ("fn.bare.html", Policy::DEFAULT, 2, 2),
        ("fn.linear.html", linear, 4, 4),
        ("fn.listed.html", listed, 3, 3),
        ("fn.many.html", many, 10, 99),
        ("fn.fixed.html", fixed, 3, 3),
        ("fn.fibonacci.html", fibonacci, 6, 6),
        ("struct.Client.html", method, 5, 5),
        ("trait.Store.html", provided, 2, 2),
    ] {
        let function = file;
        let page = page_at(file);
        assert!(page.contains("Retries\n"), "{function}: {page}");
        assert!(page.contains(&format!("Up to {} attempts", retries + 1)), "{function}: {page}");
        for row in rows(policy, shown) {
            assert!(page.contains(&row), "{function}: {row}: {page}");
        }
        if retries > shown {
            let last = rows(policy, retries).pop().unwrap();
            let behind = page.split_once("…\n…\n").map(|(_, behind)| behind.trim_start());
            assert!(behind.is_some_and(|behind| behind.starts_with(&last)), "{function}: {page}");
        }
        let may_be_throttled = file != "trait.Store.html";
        let total = total(policy, retries, may_be_throttled);
        assert!(page.contains(&total), "{function}: {total}: {page}");
        let outage = format!("one call of this function makes {} attempts", retries + 1);
        assert!(page.contains(&outage), "{function}: {page}");
    }
}

#[test]
fn it_says_what_is_tried_again() {
    assert!(page("bare").contains("after errors that are transient by their Retryable."));
    let linear = page("linear");
    assert!(linear.contains("after errors for which is_transient says so."), "{linear}");
    assert!(linear.contains("As it pleases."), "{linear}");
    assert!(page("listed").contains("after errors that match _."));
    assert!(page("many").contains("and after values that the closure given as until rejects."));
    let provided = page_at("trait.Store.html");
    let pattern = "after errors that match error if error.kind() == io::ErrorKind::TimedOut.";
    assert!(provided.contains(pattern), "{provided}");
    let constant = page("by_constant");
    let value =
        "Tried again with max_attempts = STORAGE.max_attempts().unwrap().get(), after errors";
    assert!(constant.contains(value), "{constant}");
    assert!(page("changed").contains("by the policy STORAGE with max_attempts = 2, after errors"));
    assert!(page("optional").contains("Up to 3 attempts, after None."));
    assert!(page("optional").contains("up to 300ms at most."));
    assert!(page("none").contains("It does not wait, unless a server asks for it."));
    assert!(page("shared").contains("Tried again by the policy STORAGE, after errors"));
}

#[test]
fn it_says_what_else_ends_a_call() {
    let limited = page("limited");
    for sentence in [
        "An unlimited number of attempts, after errors",
        "A server may ask for longer ones, up to 20s.",
        "a call of this function goes on until its time is over.",
        "No delay is begun that would end later than 90s after the call began.",
        "An attempt is cut off after 10s.",
    ] {
        assert!(limited.contains(sentence), "{sentence}: {limited}");
    }
    let within = page("within");
    for sentence in [
        "The delays add up to 700ms at most",
        "one call of this function makes at most 4 attempts.",
        "The call ends by its deadline, budget.",
        "An attempt is cut off after 3s without progress.",
    ] {
        assert!(within.contains(sentence), "{sentence}: {within}");
    }
    let hurried = page("hurried");
    assert!(hurried.contains("The delays add up to 30s at most."), "{hurried}");
    assert!(hurried.contains("The whole call takes 30s at most."), "{hurried}");
    let connected = page("connected");
    for sentence in [
        "a call of this function does not return until it is cancelled.",
        "Attempts that fail with \"throttled\" are counted apart, and may come on top: up to 8 of them.",
        "After an attempt that lasted 60s or longer, the count and the delays begin anew.",
    ] {
        assert!(connected.contains(sentence), "{sentence}: {connected}");
    }
    let patient = page("patient");
    assert!(patient.contains("with max_attempts = 3, then = STORAGE, after errors"), "{patient}");
    assert!(patient.contains("The whole call takes 60s at most."), "{patient}");
}

#[test]
fn it_is_left_out_where_it_is_not_wanted() {
    assert!(!page("without_section").contains("Retries"));
    assert!(!page("without_documentation").contains("Retries"));
}
