"""What people write with tenacity. Prints a line of JSON for each program: how often it called, what it slept, how it ended.

The programs are on the guide's page as they are here. `tests/tenacity.rs` has what becomes of them.
"""

import asyncio
import json
import logging

from tenacity import (
    AsyncRetrying,
    RetryError,
    Retrying,
    before_sleep_log,
    retry,
    retry_if_exception,
    retry_if_exception_type,
    retry_if_not_exception_type,
    retry_if_result,
    stop_after_attempt,
    stop_after_delay,
    stop_before_delay,
    wait_chain,
    wait_exponential,
    wait_exponential_jitter,
    wait_fixed,
    wait_incrementing,
    wait_none,
    wait_random_exponential,
)

logger = logging.getLogger("client")

slept = []


def sleep(seconds):
    slept.append(seconds)


async def sleep_async(seconds):
    slept.append(seconds)


class Client:
    """Fails as scripted and then answers."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = 0

    def get(self):
        self.calls += 1
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, str):
                return failure
            raise failure()
        return f"attempt {self.calls}"


class Busy(Exception):
    retry_after = 7


# The programs.


@retry(
    stop=stop_after_attempt(4),
    wait=wait_exponential(multiplier=1, max=3),
    retry=retry_if_exception_type(TimeoutError),
    reraise=True,
    sleep=sleep,
)
def exponential(client):
    return client.get()


@retry(stop=stop_after_attempt(3), wait=wait_fixed(2), sleep=sleep)
def fixed(client):
    return client.get()


@retry(stop=stop_after_attempt(3))
def no_wait(client):
    return client.get()


@retry(wait=wait_none(), sleep=sleep)
def forever(client):
    return client.get()


@retry(
    stop=stop_after_attempt(5),
    wait=wait_exponential(multiplier=1, min=4, max=10),
    reraise=True,
    sleep=sleep,
)
def least(client):
    return client.get()


@retry(
    stop=stop_after_attempt(5),
    wait=wait_incrementing(start=1, increment=1, max=3),
    reraise=True,
    sleep=sleep,
)
def incrementing(client):
    return client.get()


@retry(
    stop=stop_after_attempt(5),
    wait=wait_chain(wait_fixed(1), wait_fixed(2), wait_fixed(5)),
    reraise=True,
    sleep=sleep,
)
def chain(client):
    return client.get()


@retry(
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(multiplier=1, max=4),
    reraise=True,
    sleep=sleep,
)
def random_exponential(client):
    return client.get()


@retry(
    stop=stop_after_attempt(5),
    wait=wait_exponential_jitter(initial=1, max=60, jitter=1),
    reraise=True,
    sleep=sleep,
)
def exponential_jitter(client):
    return client.get()


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=retry_if_not_exception_type(FileNotFoundError),
    before_sleep=before_sleep_log(logger, logging.WARNING),
    reraise=True,
    sleep=sleep,
)
def told(client):
    return client.get()


def is_pending(state):
    return state == "pending"


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(2),
    retry=retry_if_result(is_pending),
    sleep=sleep,
)
def poll(client):
    return client.get()


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(2),
    retry=retry_if_result(is_pending) | retry_if_exception_type(TimeoutError),
    retry_error_callback=lambda state: "gave up",
    sleep=sleep,
)
def poll_or_default(client):
    return client.get()


def wait_as_told(state):
    error = state.outcome.exception()
    return error.retry_after if isinstance(error, Busy) else 1


@retry(stop=stop_after_attempt(3), wait=wait_as_told, reraise=True, sleep=sleep)
def as_told(client):
    return client.get()


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=retry_if_exception(lambda error: not isinstance(error, FileNotFoundError)),
    reraise=True,
    sleep=sleep_async,
)
async def asynchronous(client):
    return client.get()


def in_the_middle(client):
    for attempt in Retrying(stop=stop_after_attempt(3), wait=wait_fixed(1), reraise=True, sleep=sleep):
        with attempt:
            text = client.get()
    return text


async def in_the_middle_async(client):
    async for attempt in AsyncRetrying(
        stop=stop_after_attempt(3), wait=wait_fixed(1), reraise=True, sleep=sleep_async
    ):
        with attempt:
            text = client.get()
    return text


@retry(stop=stop_after_delay(10), wait=wait_fixed(4), reraise=True, sleep=sleep)
def after_delay(client):
    return client.get()


@retry(stop=stop_before_delay(10), wait=wait_fixed(4), reraise=True, sleep=sleep)
def before_delay(client):
    return client.get()


# What runs them.


def run(scenario, program, *failures, show=lambda slept: slept):
    client = Client(*failures)
    slept.clear()
    lines.clear()
    try:
        outcome = program(client)
        if asyncio.iscoroutine(outcome):
            outcome = asyncio.run(outcome)
    except RetryError as error:
        outcome = f"RetryError of {error.last_attempt.exception() or error.last_attempt.result()!r}"
    except Exception as error:
        outcome = type(error).__name__
    result = {"scenario": scenario, "attempts": client.calls, "slept": show(slept), "outcome": outcome}
    if lines:
        result["lines"] = list(lines)
    print(json.dumps(result))


lines = []


class Lines(logging.Handler):
    def emit(self, record):
        # What it names is the function, and by its path in this file.
        lines.append(f"{record.levelname} {record.getMessage()}")


def within(ranges):
    """Random waits are shown as whether each is in its range."""

    def show(slept):
        assert len(slept) == len(ranges), slept
        return [[low, high] if low <= wait <= high else wait for wait, (low, high) in zip(slept, ranges)]

    return show


class Clock:
    """The time that tenacity reads goes on by what was slept."""

    def __init__(self, start):
        self.start = start

    def monotonic(self):
        return self.start + sum(slept)


def main():
    logger.addHandler(Lines())
    logger.propagate = False
    late = [TimeoutError] * 9
    run("exponential", exponential, *late)
    run("exponential, recovers", exponential, *late[:3])
    run("exponential, another error", exponential, TimeoutError, FileNotFoundError)
    run("fixed", fixed, *late)
    run("no wait", no_wait, *late)
    run("forever", forever, *late)
    run("least", least, *late)
    run("incrementing", incrementing, *late)
    run("chain", chain, *late)
    run("random exponential", random_exponential, *late, show=within([[0, 1], [0, 2], [0, 4], [0, 4]]))
    run("exponential jitter", exponential_jitter, *late, show=within([[1, 2], [2, 3], [4, 5], [8, 9]]))
    run("told", told, TimeoutError, TimeoutError)
    run("poll", poll, "pending", "pending", "done")
    run("poll, never", poll, *["pending"] * 9)
    run("poll, an error", poll, "pending", TimeoutError)
    run("poll or default", poll_or_default, "pending", TimeoutError, "pending")
    run("as told", as_told, TimeoutError, Busy)
    run("asynchronous", asynchronous, *late)
    run("asynchronous, another error", asynchronous, FileNotFoundError)
    run("in the middle", in_the_middle, *late[:2])
    run("in the middle, async", in_the_middle_async, *late[:2])

    import tenacity

    tenacity.time = Clock(tenacity.time.monotonic())
    run("after delay", after_delay, *late)
    run("before delay", before_delay, *late)


main()
