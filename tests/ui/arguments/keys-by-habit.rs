use reattempt::retry;

#[retry(max_times = 3, min_delay = 1s, factor = 2, with_jitter, without_max_times)]
fn of_backon() -> std::io::Result<()> {
    Ok(())
}

#[retry(retries = 4, base = 10, jitter_factor = 0.5)]
fn of_tokio_retry() -> std::io::Result<()> {
    Ok(())
}

#[retry(initial_interval = 1s, randomization_factor = 0.5, max_interval = 1s, max_elapsed_time = 1s)]
fn of_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(stop_after_attempt = 3, stop_after_delay = 9, wait = 1, before_sleep = log, reraise = true)]
async fn of_tenacity() -> std::io::Result<()> {
    Ok(())
}

#[retry(exp_base = 3, retry_if_exception_type = IoError, retry_if_result = is_none, after = log, wait_random = 2)]
async fn more_of_tenacity() -> std::io::Result<()> {
    Ok(())
}

#[retry(failAfterMaxAttempts = true, fallbackMethod = x, retryOnResult = x)]
fn more_of_resilience4j() -> std::io::Result<()> {
    Ok(())
}

#[retry(take = 3, adjust = x, without_max_delay)]
fn more_of_others() -> std::io::Result<()> {
    Ok(())
}

#[retry(maxAttempts = 3, waitDuration = 1, retryExceptions = all, ignoreExceptions = none)]
fn of_resilience4j() -> std::io::Result<()> {
    Ok(())
}

#[retry(MaxRetryAttempts = 3, BackoffType = x, UseJitter = true, ShouldHandle = x, OnRetry = x)]
fn of_polly() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (of_backon(), of_tokio_retry(), of_backoff(), of_tenacity(), of_resilience4j(), of_polly());
    let _ = (more_of_tenacity(), more_of_resilience4j(), more_of_others());
}
