//! What the service gets from a fleet, whatever becomes of Redis.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use fleet_budget::fleet::{Bucket, Counts, Fleet, most_retries};
use fleet_budget::lease::{EVERY, Link};
use fleet_budget::{CAPACITY, PROCESSES, SHARE};
use reattempt_servers::{Redis, free_port};

type Outcome = Result<(), Box<dyn Error>>;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_fleet-budget"))
}

/// What all may hold when a stretch of time begins.
const HELD: u32 = CAPACITY + PROCESSES * SHARE;

/// No more retries than were paid for since the start, with what the processes had then.
fn assert_paid(fleet: &Fleet) {
    let counts = fleet.counts();
    let most = most_retries(PROCESSES * SHARE, counts.successes);
    println!("{counts:?}, and {most} were paid for");
    assert!(counts.retries <= most, "{counts:?}, and {most} were paid for");
}

#[test]
fn a_fleet_keeps_to_its_budget_also_without_redis() -> Outcome {
    let mut redis = Redis::with(&[]);
    let fleet = Fleet::start(program(), &redis.url())?;
    fleet.await_link(Link::Shared);
    Bucket::open(&redis.url())?.await_full()?;
    assert_paid(&fleet);

    let Counts { calls, retries, successes } = fleet.call(false, 1_000);
    assert!(retries <= most_retries(HELD, successes), "{retries} of {calls} calls");
    assert!(retries > PROCESSES * SHARE, "{retries}: those of the bucket were used as well");
    // Time pays nothing: what there was is gone.
    assert!(fleet.call(false, 500).retries <= PROCESSES, "hardly a token is left");
    assert_paid(&fleet);

    // Successes refill it.
    fleet.call(true, 100);
    Bucket::open(&redis.url())?.await_full()?;
    assert!(fleet.call(false, 1_000).retries > PROCESSES * SHARE);
    assert_paid(&fleet);

    fleet.call(true, 500);
    redis.kill();
    fleet.await_link(Link::Alone);
    let Counts { calls, retries, successes } = fleet.call(false, 1_000);
    let most = most_retries(PROCESSES * SHARE, successes);
    assert!(retries <= most, "{retries} of {calls} calls");
    assert!(retries > 0, "each goes on with its share");
    // And its own successes pay.
    fleet.call(true, 1_000);
    let Counts { retries, successes, .. } = fleet.call(false, 500);
    assert!((1..=most_retries(PROCESSES * SHARE, successes)).contains(&retries), "{retries}");
    assert_paid(&fleet);

    // It comes back empty, and knows no script.
    redis.start(&[]);
    fleet.await_link(Link::Shared);
    fleet.call(true, 100);
    let mut bucket = Bucket::open(&redis.url())?;
    bucket.await_full()?;
    assert!(fleet.call(false, 500).retries > PROCESSES * SHARE);
    assert_paid(&fleet);
    assert_eq!(fleet.stop()?, PROCESSES);
    Ok(())
}

/// With few successes, so that a token that were there twice would be seen.
#[test]
fn no_token_comes_from_nowhere() -> Outcome {
    let mut redis = Redis::with(&[]);
    let fleet = Fleet::start(program(), &redis.url())?;
    fleet.await_link(Link::Shared);
    for _ in 0..3 {
        fleet.call(false, 400);
        assert_paid(&fleet);
        fleet.call(true, 60);
    }
    redis.kill();
    fleet.call(true, 60);
    fleet.call(false, 400);
    fleet.await_link(Link::Alone);
    assert_paid(&fleet);
    fleet.call(true, 60);
    redis.start(&[]);
    fleet.await_link(Link::Shared);
    fleet.call(false, 400);
    assert_paid(&fleet);
    assert!(fleet.counts().retries > PROCESSES * SHARE, "successes have paid as well");
    assert_eq!(fleet.stop()?, PROCESSES);
    Ok(())
}

#[test]
fn what_it_costs_does_not_depend_on_the_calls() -> Outcome {
    let redis = Redis::with(&[]);
    let fleet = Fleet::start(program(), &redis.url())?;
    fleet.await_link(Link::Shared);
    let mut bucket = Bucket::open(&redis.url())?;
    let (began, before) = (Instant::now(), bucket.commands()?);
    fleet.call(true, 1_000);
    let (commands, elapsed) = (bucket.commands()? - before, began.elapsed());
    let ticks = u64::try_from(elapsed.as_millis() / EVERY.as_millis())? + 1;
    assert!(commands <= u64::from(PROCESSES) * ticks, "{commands} in {elapsed:?}");
    assert_eq!(fleet.stop()?, PROCESSES);
    Ok(())
}

#[test]
fn a_redis_that_does_not_answer_is_no_redis() -> Outcome {
    let redis = Redis::with(&[]);
    let fleet = Fleet::start(program(), &redis.url())?;
    fleet.await_link(Link::Shared);
    let mut bucket = Bucket::open(&redis.url())?;
    bucket.await_full()?;
    bucket.pause(Duration::from_secs(6))?;
    fleet.await_link(Link::Alone);
    let Counts { retries, successes, .. } = fleet.call(false, 300);
    let most = most_retries(PROCESSES * SHARE, successes);
    assert!(retries <= most, "{retries} of {most}");
    fleet.await_link(Link::Shared);
    fleet.call(false, 500);
    assert_paid(&fleet);
    assert_eq!(fleet.stop()?, PROCESSES);
    Ok(())
}

#[test]
fn redis_may_be_absent_from_the_start() -> Outcome {
    let port = free_port();
    let fleet = Fleet::start(program(), &format!("redis://127.0.0.1:{port}/"))?;
    let Counts { retries, successes, .. } = fleet.call(false, 500);
    let most = most_retries(PROCESSES * SHARE, successes);
    assert!((1..=most).contains(&retries), "{retries} of {most}");
    fleet.call(true, 500);
    assert!(fleet.call(false, 500).retries > 0, "successes pay");
    assert_paid(&fleet);
    assert_eq!(fleet.stop()?, PROCESSES, "none has panicked");
    Ok(())
}
