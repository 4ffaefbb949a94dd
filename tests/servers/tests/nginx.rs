//! nginx: refused, reset and broken connections, and statuses with `Retry-After` in both forms.

use std::cell::RefCell;
use std::fs;
use std::future::ready;
use std::time::{Duration, SystemTime};

use reattempt::http::{RetryableStatus, StatusError};
use reattempt::{RetryKind, Retryability, Retryable, retry};
use reattempt_servers::{Nginx, make, note, slept};
use reqwest::Method;

#[derive(Debug, thiserror::Error, Retryable)]
enum FetchError {
    // The client follows no redirects, so that it is known what was refused.
    #[error(transparent)]
    #[retry(transient, not_applied, when = _0.is_connect())]
    #[retry(forward)]
    Transport(#[from] reqwest::Error),
    #[error(transparent)]
    #[retry(forward)]
    Status(#[from] StatusError),
}

/// Asks until there is an answer; `repair` is called in place of each wait.
#[retry(
    max_attempts = 4,
    sleep = |delay| { note(delay); repair(); ready(()) },
    idempotent = method.is_idempotent(),
)]
async fn fetch(method: Method, url: &str, repair: &dyn Fn()) -> Result<String, FetchError> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let request = client.request(method.clone(), url);
    let response = request.send().await?.retryable_status()?;
    Ok(response.error_for_status()?.text().await?)
}

/// Answers with a status while the file `down` is there, and with "up" after that.
fn down(status: u16, retry_after: &str) -> Nginx {
    let nginx = Nginx::with(&format!(
        "location / {{
            if (-f $root/down) {{ add_header Retry-After \"{retry_after}\" always; return {status}; }}
            return 200 up;
        }}"
    ));
    make(&nginx.root().join("down")).unwrap();
    nginx
}

fn raise(nginx: &Nginx) {
    let _ = fs::remove_file(nginx.root().join("down"));
}

#[tokio::test]
async fn retry_after_in_seconds() {
    for status in [429, 503] {
        let nginx = down(status, "2");
        let text = fetch(Method::GET, &nginx.url("/"), &|| raise(&nginx)).await.unwrap();
        assert_eq!(text, "up");
        let waits = slept();
        assert_eq!(waits.len(), 1, "{status}: {waits:?}");
        assert!(waits[0] >= Duration::from_secs(2), "{status}: {waits:?}");
    }
}

#[tokio::test]
async fn retry_after_as_a_date() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(50));
    let nginx = down(503, &date);
    fetch(Method::GET, &nginx.url("/"), &|| raise(&nginx)).await.unwrap();
    let waits = slept();
    // A machine may be slow, but not by half a minute.
    assert!(waits[0] > Duration::from_secs(20), "{waits:?}");
    assert!(waits[0] < Duration::from_secs(60), "{waits:?}");
}

#[tokio::test]
async fn a_server_that_stays_down_is_given_up() {
    let nginx = down(503, "1");
    let error = fetch(Method::GET, &nginx.url("/"), &|| ()).await.unwrap_err();
    assert_eq!(error.to_string(), "the server answered 503 Service Unavailable");
    assert_eq!(slept().len(), 3);
}

#[tokio::test]
async fn what_is_not_found_is_permanent() {
    let nginx = Nginx::with("location / { return 404; }");
    let error = fetch(Method::GET, &nginx.url("/"), &|| ()).await.unwrap_err();
    assert_eq!(error.retryability().kind(), RetryKind::Permanent);
    assert!(slept().is_empty());
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_even_for_a_post() {
    let nginx = RefCell::new(Nginx::configured("location / { return 200 up; }"));
    let url = nginx.borrow().url("/");
    let error = reqwest::get(&url).await.unwrap_err();
    assert_eq!(error.retryability(), Retryability::transient());
    let text = fetch(Method::POST, &url, &|| nginx.borrow_mut().start()).await.unwrap();
    assert_eq!(text, "up");
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn a_reset_connection_is_tried_again_but_not_for_a_post() {
    // 444 closes the connection without an answer, here by a reset.
    let nginx = Nginx::with("location / { if (-f $root/down) { return 444; } return 200 up; }");
    let (url, file) = (nginx.url("/"), nginx.root().join("down"));
    make(&file).unwrap();
    let error = reqwest::get(&url).await.unwrap_err();
    assert_eq!(error.retryability(), Retryability::transient(), "{error:?}");
    fetch(Method::POST, &url, &|| ()).await.unwrap_err();
    assert!(slept().is_empty());
    assert_eq!(fetch(Method::GET, &url, &|| raise(&nginx)).await.unwrap(), "up");
    assert_eq!(slept().len(), 1);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_read_again() {
    // So slowly that the server is killed before the end of it.
    let nginx = RefCell::new(Nginx::with(
        "location / { root $root; if (-f $root/down) { set $limit_rate 1k; } }",
    ));
    let (url, root) = (nginx.borrow().url("/file"), nginx.borrow().root().to_owned());
    let length = 200_000;
    fs::write(root.join("file"), "x".repeat(length)).unwrap();
    make(&root.join("down")).unwrap();

    #[retry(max_attempts = 3, sleep = |delay| {
        note(delay);
        let _ = fs::remove_file(root.join("down"));
        nginx.borrow_mut().start();
        ready(())
    })]
    async fn download(
        url: &str,
        nginx: &RefCell<Nginx>,
        root: &std::path::Path,
    ) -> Result<usize, reqwest::Error> {
        let mut response = reqwest::get(url).await?.error_for_status()?;
        let mut length = 0;
        while let Some(chunk) = response.chunk().await? {
            length += chunk.len();
            if root.join("down").exists() {
                nginx.borrow_mut().kill();
            }
        }
        Ok(length)
    }
    assert_eq!(download(&url, &nginx, &root).await.unwrap(), length);
    assert_eq!(slept().len(), 1);
}
