// The functions of `options`, one macro for each: what an option does, by hand and by its key. They are macros so that the
// crate of many functions that `generated` has the compiler check is made of the same text.
//
// What they use: `Server`, `Failure`, `wait`, `MAX_ATTEMPTS`, `LIMIT`, `Blocked`, `STOP`, `FLAG`, `RETRIES`, `lost`.

macro_rules! async_max_elapsed {
    (by_hand $name:ident) => {
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let begun = tokio::time::Instant::now();
            let mut attempt = 0;
            loop {
                let delay = {
                    let outcome = server.call_async(input).await;
                    attempt += 1;
                    match &outcome {
                        Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                            let delay = wait(attempt);
                            if begun.elapsed() + delay > LIMIT {
                                return outcome;
                            }
                            delay
                        }
                        _ => return outcome,
                    }
                };
                tokio::time::sleep(delay).await;
            }
        }
    };
    (reattempt $name:ident) => {
        #[::reattempt::retry(max_attempts = 5, max_elapsed = 30s)]
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call_async(input).await
        }
    };
}

macro_rules! async_deadline {
    (by_hand $name:ident) => {
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let deadline = tokio::time::Instant::now() + LIMIT;
            let mut attempt = 0;
            loop {
                let delay = {
                    let attempted =
                        tokio::time::timeout_at(deadline, server.call_async(input)).await;
                    let Ok(outcome) = attempted else { return Err(Failure::TooLarge) };
                    attempt += 1;
                    match &outcome {
                        Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                            let delay = wait(attempt);
                            if tokio::time::Instant::now() + delay > deadline {
                                return outcome;
                            }
                            delay
                        }
                        _ => return outcome,
                    }
                };
                tokio::time::sleep(delay).await;
            }
        }
    };
    (reattempt $name:ident) => {
        #[::reattempt::retry(max_attempts = 5, deadline = 30s, timed_out = |_| Failure::TooLarge)]
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call_async(input).await
        }
    };
}

macro_rules! async_attempt_timeout {
    (by_hand $name:ident) => {
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let mut attempt = 0;
            loop {
                let delay = {
                    let attempted = tokio::time::timeout(LIMIT, server.call_async(input)).await;
                    let outcome = attempted.unwrap_or(Err(Failure::Busy));
                    attempt += 1;
                    match &outcome {
                        Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                            wait(attempt)
                        }
                        _ => return outcome,
                    }
                };
                tokio::time::sleep(delay).await;
            }
        }
    };
    (reattempt $name:ident) => {
        #[::reattempt::retry(max_attempts = 5, attempt_timeout = 30s, timed_out = |_| Failure::Busy)]
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call_async(input).await
        }
    };
}

macro_rules! async_cancel {
    (by_hand $name:ident) => {
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let mut attempt = 0;
            loop {
                let (delay, failure) = {
                    let outcome = server.call_async(input).await;
                    attempt += 1;
                    match outcome {
                        Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                            (wait(attempt), failure)
                        }
                        _ => return outcome,
                    }
                };
                tokio::select! {
                    () = STOP.notified() => return Err(failure),
                    () = tokio::time::sleep(delay) => {}
                }
            }
        }
    };
    (reattempt $name:ident) => {
        #[::reattempt::retry(max_attempts = 5, cancel = STOP.notified())]
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call_async(input).await
        }
    };
}

macro_rules! async_on_retry {
    (by_hand $name:ident) => {
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let begun = tokio::time::Instant::now();
            let mut attempt = 0;
            loop {
                let delay = {
                    let outcome = server.call_async(input).await;
                    attempt += 1;
                    match &outcome {
                        Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                            let delay = wait(attempt);
                            retried(failure, attempt, begun.elapsed());
                            delay
                        }
                        _ => return outcome,
                    }
                };
                tokio::time::sleep(delay).await;
            }
        }
    };
    (reattempt $name:ident) => {
        #[::reattempt::retry(
            max_attempts = 5,
            on_retry = |retry| retried(retry.error(), retry.attempt(), retry.elapsed()),
        )]
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call_async(input).await
        }
    };
}

macro_rules! async_map_err {
    (by_hand $name:ident) => {
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let begun = tokio::time::Instant::now();
            let mut attempt = 0;
            loop {
                let delay = {
                    let outcome = server.call_async(input).await;
                    attempt += 1;
                    match outcome {
                        Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                            wait(attempt)
                        }
                        Err(failure) => return Err(lost(failure, attempt, begun.elapsed())),
                        Ok(value) => return Ok(value),
                    }
                };
                tokio::time::sleep(delay).await;
            }
        }
    };
    (reattempt $name:ident) => {
        #[::reattempt::retry(
            max_attempts = 5,
            map_err = |failure, call| lost(failure, call.attempts(), call.elapsed()),
        )]
        pub async fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call_async(input).await
        }
    };
}

macro_rules! blocking_max_elapsed {
    (by_hand $name:ident) => {
        #[inline(never)]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let begun = std::time::Instant::now();
            let mut attempt = 0;
            loop {
                let outcome = server.call(input);
                attempt += 1;
                match &outcome {
                    Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                        let delay = wait(attempt);
                        if begun.elapsed() + delay > LIMIT {
                            return outcome;
                        }
                        std::thread::sleep(delay);
                    }
                    _ => return outcome,
                }
            }
        }
    };
    (reattempt $name:ident) => {
        #[inline(never)]
        #[::reattempt::retry(max_attempts = 5, max_elapsed = 30s)]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call(input)
        }
    };
}

macro_rules! blocking_cancel {
    (by_hand $name:ident) => {
        #[inline(never)]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let mut attempt = 0;
            loop {
                let outcome = server.call(input);
                attempt += 1;
                match &outcome {
                    Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                        let until = std::time::Instant::now() + wait(attempt);
                        // In steps, as ours does.
                        loop {
                            if FLAG.load(std::sync::atomic::Ordering::Relaxed) {
                                return outcome;
                            }
                            let left = until.saturating_duration_since(std::time::Instant::now());
                            if left.is_zero() {
                                break;
                            }
                            std::thread::sleep(left.min(Duration::from_millis(10)));
                        }
                    }
                    _ => return outcome,
                }
            }
        }
    };
    (reattempt $name:ident) => {
        #[inline(never)]
        #[::reattempt::retry(max_attempts = 5, cancel = &FLAG)]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call(input)
        }
    };
}

macro_rules! blocking_on_retry {
    (by_hand $name:ident) => {
        #[inline(never)]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let begun = std::time::Instant::now();
            let mut attempt = 0;
            loop {
                let outcome = server.call(input);
                attempt += 1;
                match &outcome {
                    Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                        let delay = wait(attempt);
                        retried(failure, attempt, begun.elapsed());
                        std::thread::sleep(delay);
                    }
                    _ => return outcome,
                }
            }
        }
    };
    (reattempt $name:ident) => {
        #[inline(never)]
        #[::reattempt::retry(
            max_attempts = 5,
            on_retry = |retry| retried(retry.error(), retry.attempt(), retry.elapsed()),
        )]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call(input)
        }
    };
}

macro_rules! blocking_map_err {
    (by_hand $name:ident) => {
        #[inline(never)]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            let begun = std::time::Instant::now();
            let mut attempt = 0;
            loop {
                let outcome = server.call(input);
                attempt += 1;
                match outcome {
                    Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                        std::thread::sleep(wait(attempt));
                    }
                    Err(failure) => return Err(lost(failure, attempt, begun.elapsed())),
                    Ok(value) => return Ok(value),
                }
            }
        }
    };
    (reattempt $name:ident) => {
        #[inline(never)]
        #[::reattempt::retry(
            max_attempts = 5,
            map_err = |failure, call| lost(failure, call.attempts(), call.elapsed()),
        )]
        pub fn $name(server: &Server, input: u64) -> Result<u64, Failure> {
            server.call(input)
        }
    };
}

pub const LIMIT: Duration = Duration::from_secs(30);
pub static STOP: tokio::sync::Notify = tokio::sync::Notify::const_new();
pub static FLAG: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
pub static RETRIES: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// What `on_retry` does.
pub fn retried(_: &Failure, attempt: u32, _: Duration) {
    RETRIES.fetch_add(attempt, std::sync::atomic::Ordering::Relaxed);
}

/// What `map_err` does.
pub fn lost(failure: Failure, attempts: u32, elapsed: Duration) -> Failure {
    if attempts > 3 && elapsed < LIMIT { Failure::TooLarge } else { failure }
}
