//! How loud a call is: `log` on a function and in a policy.

#![allow(clippy::items_after_statements, reason = "where they are used")]

#[path = "support/lines.rs"]
mod lines;
mod support;

use lines::logged;
use reattempt::{Policy, Retryability, policy, retry};
use support::{Failure, Work, sleep};

#[test]
fn a_function_says_how_loud_it_is() {
    let levels = |lines: Vec<String>| -> Vec<String> {
        lines.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };

    #[retry(max_attempts = 5, sleep = sleep, log = "debug")]
    fn quiet(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let log = logged(|| (quiet(&Work::failing(1)), quiet(&Work::failing(9))));
    assert_eq!(levels(log), ["DEBUG"; 7]);

    #[retry(
        max_attempts = 5, sleep = sleep,
        log(retry = "info", recovered = "trace", give_up = "warn", after = 2),
    )]
    fn louder(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    let log = logged(|| (louder(&Work::failing(4)), louder(&Work::failing(9))));
    let expected =
        ["DEBUG", "DEBUG", "INFO", "INFO", "TRACE", "DEBUG", "DEBUG", "INFO", "INFO", "WARN"];
    assert_eq!(levels(log), expected);

    #[retry(sleep = sleep, log = "off")]
    fn silent(work: &Work, retryability: Retryability) -> Result<u32, Failure> {
        work.call_or(retryability)
    }
    let log = logged(|| {
        (
            silent(&Work::failing(1), Retryability::transient()),
            silent(&Work::failing(9), Retryability::transient()),
            silent(&Work::failing(9), Retryability::permanent()),
        )
    });
    assert_eq!(log, [""; 0]);

    // Of a policy, and beside one that is made at run time.
    const CONFLICTS: Policy = policy!(log(retry = "trace", give_up = "info"));
    #[retry(policy = CONFLICTS, sleep = sleep)]
    fn by_policy(work: &Work) -> Result<u32, Failure> {
        work.call()
    }
    #[retry(policy = policy, sleep = sleep, log = "trace")]
    fn beside(work: &Work, policy: &Policy) -> Result<u32, Failure> {
        work.call()
    }
    let log = logged(|| (by_policy(&Work::failing(9)), beside(&Work::failing(1), &CONFLICTS)));
    assert_eq!(levels(log), ["TRACE", "TRACE", "INFO", "TRACE", "TRACE"]);
    // A permanent error of the first attempt is as quiet as ever.
    let log = logged(|| five_at(&Work::failing(9)));
    assert_eq!(levels(log), ["DEBUG"]);
}

#[retry(sleep = sleep, log = "error")]
fn five_at(work: &Work) -> Result<u32, Failure> {
    work.call_or(Retryability::permanent())
}
