//! Objects in R2.

use reattempt::{Policy, policy, retry};
use worker::{Bucket, Conditional, Result};

use crate::retryability::retryability;

/// For every call to Cloudflare. The first wait is of up to 50 ms, and that after "too many" of up to a second.
pub const PATIENCE: Policy = policy!(max_attempts = 5, initial_delay = 50ms, max_delay = 5s);

/// The caller has chosen the key before the first attempt, so a second one writes the same object again.
#[retry(policy = PATIENCE, on = retryability)]
pub async fn put(bucket: &Bucket, key: &str, text: &str) -> Result<()> {
    bucket.put(key, text.to_owned()).execute().await?;
    Ok(())
}

#[retry(policy = PATIENCE, on = retryability)]
pub async fn get(bucket: &Bucket, key: &str) -> Result<Option<String>> {
    read(bucket, key).await
}

/// The body comes after the object, and may break off. So it is read in the same attempt.
async fn read(bucket: &Bucket, key: &str) -> Result<Option<String>> {
    let Some(object) = bucket.get(key).execute().await? else { return Ok(None) };
    let Some(body) = object.body() else { return Ok(None) };
    Ok(Some(body.text().await?))
}

/// Makes the object if there is none, and tells whether it is this owner's.
///
/// After an answer that was lost, the second attempt is refused because of what the first one wrote. So the refusal says
/// nothing: what counts is who is in the object.
#[retry(policy = PATIENCE, on = retryability)]
pub async fn claim(bucket: &Bucket, key: &str, owner: &str) -> Result<bool> {
    let absent = Conditional { etag_does_not_match: Some("*".to_owned()), ..Default::default() };
    let made = bucket.put(key, owner.to_owned()).only_if(absent).execute().await?;
    Ok(made.is_some() || read(bucket, key).await?.as_deref() == Some(owner))
}

/// All keys with this beginning. Each page is a call of its own, so that a failure does not begin at the first page again.
pub async fn list(bucket: &Bucket, prefix: &str) -> Result<Vec<String>> {
    let (mut keys, mut cursor) = (Vec::new(), None);
    loop {
        let (page, next) = page(bucket, prefix, cursor.clone()).await?;
        keys.extend(page);
        cursor = next;
        if cursor.is_none() {
            return Ok(keys);
        }
    }
}

#[retry(policy = PATIENCE, on = retryability)]
async fn page(
    bucket: &Bucket,
    prefix: &str,
    cursor: Option<String>,
) -> Result<(Vec<String>, Option<String>)> {
    let mut list = bucket.list().prefix(prefix).limit(5);
    if let Some(cursor) = cursor.clone() {
        list = list.cursor(cursor);
    }
    let objects = list.execute().await?;
    let keys = objects.objects().iter().map(|object| object.key()).collect();
    Ok((keys, objects.cursor().filter(|_| objects.truncated())))
}
