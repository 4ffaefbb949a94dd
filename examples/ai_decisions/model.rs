//! The client of the model: decisions that are there in time, and streams of which nothing is handed on twice.

use std::time::Duration;

use reattempt::http::{RetryableStatus as _, StatusError};
use reattempt::{Policy, Retryable, TimedOut, policy, retry};
use serde::Deserialize;

/// Why there is no answer.
#[derive(Debug, thiserror::Error, Retryable)]
pub(crate) enum ModelError {
    /// The connection was refused or lost.
    #[error(transparent)]
    #[retry(forward)]
    Transport(#[from] reqwest::Error),
    /// 429, 503, 529, with the delay that the headers ask for; or a request that is wrong, which is permanent.
    #[error(transparent)]
    #[retry(forward)]
    Status(#[from] StatusError),
    /// The last attempt was cut off.
    #[error(transparent)]
    #[retry(forward)]
    TimedOut(#[from] TimedOut),
    /// The connection ended in good order, and the answer was not complete.
    #[error("the stream ended before it was done")]
    #[retry(transient)]
    Incomplete,
    /// A model that is asked again says something else, so this is worth another attempt.
    #[error("the answer is no decision")]
    #[retry(transient)]
    NotUnderstood(#[from] serde_json::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    Refund,
    Replace,
    Refuse,
    AskAPerson,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Decision {
    pub(crate) action: Action,
    pub(crate) because: String,
}

/// The time that there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For an answer, also one of which pieces come in all the time.
    pub(crate) attempt: Duration,
    /// Without a piece.
    pub(crate) stall: Duration,
    /// For a call: whoever asked waits no longer.
    pub(crate) deadline: Duration,
}

/// A model is paid for each attempt, so there are few.
const MODEL: Policy = policy!(max_attempts = 6, max_delay = 1s, max_retry_after = 10s);

#[derive(Debug, Clone)]
pub(crate) struct Model {
    client: reqwest::Client,
    url: String,
    limits: Limits,
}

impl Model {
    pub(crate) fn new(url: String, limits: Limits) -> reqwest::Result<Model> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Model { client, url, limits })
    }

    /// The model's decision, or if it has none in time, the one that is right without it.
    pub(crate) async fn decide_or_default(&self, ticket: usize) -> Decision {
        self.decide(ticket).await.unwrap_or_else(|error| Decision {
            action: Action::AskAPerson,
            because: error.to_string(),
        })
    }

    /// Collects the answer before anybody sees it. So each attempt begins with an empty text, and whatever breaks is tried
    /// again. It is right where a program acts on the answer, because half of a decision is none.
    #[retry(
        policy = MODEL,
        attempt_timeout = self.limits.attempt,
        stall_timeout = self.limits.stall,
        deadline = self.limits.deadline,
        context = cx,
    )]
    pub(crate) async fn decide(&self, ticket: usize) -> Result<Decision, ModelError> {
        let mut answer = self.ask(ticket).await?;
        let mut text = String::new();
        while let Some(piece) = answer.next().await? {
            cx.progress();
            text.push_str(&piece);
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// Hands each piece on as it comes in. What was shown can't be taken back, so it is tried again until the first piece, and
    /// not after. It is right where a person reads along, to whom half of an answer says more than a second beginning.
    #[retry(
        policy = MODEL,
        attempt_timeout = self.limits.attempt,
        stall_timeout = self.limits.stall,
        deadline = self.limits.deadline,
        context = cx,
    )]
    pub(crate) async fn show<F>(&self, ticket: usize, show: &mut F) -> Result<(), ModelError>
    where
        F: FnMut(&str),
    {
        let mut answer = self.ask(ticket).await?;
        while let Some(piece) = answer.next().await? {
            cx.progress();
            // Before it is handed on: nothing may come between the two.
            cx.commit();
            show(&piece);
        }
        Ok(())
    }

    async fn ask(&self, ticket: usize) -> Result<Answer, ModelError> {
        let request = self.client.post(&self.url).body(ticket.to_string());
        let response = request.send().await?.require_success()?;
        Ok(Answer { response, received: Vec::new() })
    }
}

/// An answer that is being streamed, as server-sent events.
struct Answer {
    response: reqwest::Response,
    received: Vec<u8>,
}

#[derive(Deserialize)]
struct Piece {
    text: String,
}

impl Answer {
    /// The next piece of text; `None` when the server has said that it is done.
    async fn next(&mut self) -> Result<Option<String>, ModelError> {
        loop {
            if let Some(end) = self.received.windows(2).position(|bytes| bytes == b"\n\n") {
                let event: Vec<u8> = self.received.drain(..end + 2).collect();
                let data = event.strip_prefix(b"data: ").unwrap_or(&event);
                if data == b"[DONE]\n\n" {
                    return Ok(None);
                }
                return Ok(Some(serde_json::from_slice::<Piece>(data)?.text));
            }
            // A stream may end in good order in the middle of an answer.
            let chunk = self.response.chunk().await?.ok_or(ModelError::Incomplete)?;
            self.received.extend_from_slice(&chunk);
        }
    }
}
