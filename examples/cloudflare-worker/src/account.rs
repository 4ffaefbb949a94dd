//! An account, which is a Durable Object, and the call that pays into it.

use reattempt::http::{StatusCode, StatusError};
use reattempt::{Retryable, retry};
use serde::Deserialize;
use worker::{
    DurableObject, Env, Error, Method, ObjectNamespace, Request, Response, Result, State,
    durable_object,
};

use crate::bucket::PATIENCE;
use crate::retryability::retryability;

/// Why a call of a Durable Object failed.
#[derive(Debug, thiserror::Error, Retryable)]
pub enum CallError {
    /// There was no answer.
    #[error(transparent)]
    #[retry(forward, on = retryability)]
    Thrown(#[from] Error),
    /// The object's answer is no success. It says whether and when another attempt is worth it; after a 500 it may be done.
    #[error(transparent)]
    #[retry(forward)]
    Status(#[from] StatusError),
}

/// Pays in once, and returns the new balance.
///
/// A call that failed may have been done. So the operation has an id, which the caller has chosen and the object remembers. An
/// exception may break the stub: each attempt takes a new one.
#[retry(policy = PATIENCE)]
pub async fn pay_in(
    accounts: &ObjectNamespace,
    account: &str,
    operation: &str,
    cents: i32,
) -> Result<String, CallError> {
    let stub = accounts.get_by_name(account)?;
    let url = format!("https://account/{operation}/{cents}");
    let mut response = stub.fetch_with_request(Request::new(&url, Method::Post)?).await?;
    // An answer with status 503 is no exception.
    let status = StatusCode::from_u16(response.status_code()).unwrap_or(StatusCode::BAD_GATEWAY);
    if let Some(error) = StatusError::of(status, &response.headers().into()) {
        return Err(error.into());
    }
    Ok(response.text().await?)
}

/// The account.
#[durable_object(fetch)]
pub struct Account {
    state: State,
}

impl DurableObject for Account {
    fn new(state: State, _env: Env) -> Account {
        Account { state }
    }

    /// `POST /OPERATION/CENTS` pays in, and answers with the balance. An operation that was of other cents is refused.
    async fn fetch(&self, request: Request) -> Result<Response> {
        let path = request.path();
        let [operation, cents] = path.trim_start_matches('/').split('/').collect::<Vec<_>>()[..]
        else {
            return Response::error("POST /OPERATION/CENTS", 400);
        };
        let Ok(cents) = cents.parse::<i64>() else {
            return Response::error("these are no cents", 400);
        };
        let sql = self.state.storage().sql();
        let payments =
            "CREATE TABLE IF NOT EXISTS payments (operation TEXT PRIMARY KEY, cents INTEGER)";
        sql.exec(payments, None)?;
        // No answer leaves the object before this is written. For an operation that is there it does nothing.
        let pay_in = "INSERT INTO payments VALUES (?, ?) ON CONFLICT (operation) DO NOTHING";
        sql.exec(pay_in, vec![operation.into(), cents.into()])?;
        let paid = "SELECT cents FROM payments WHERE operation = ?";
        let paid: Cents = sql.exec(paid, vec![operation.into()])?.one()?;
        if paid.cents != cents {
            return Response::error("this operation was of other cents", 409);
        }
        let balance: Cents = sql.exec("SELECT sum(cents) AS cents FROM payments", None)?.one()?;
        Response::ok(balance.cents.to_string())
    }
}

#[derive(Deserialize)]
struct Cents {
    cents: i64,
}
