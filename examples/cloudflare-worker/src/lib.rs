//! A Worker on Cloudflare's runtime, whose calls of R2, D1 and Durable Objects fail: see the README.

pub mod account;
pub mod bucket;
pub mod call_id;
pub mod database;
pub mod mistakes;
pub mod naive;
pub mod retryability;

use std::cell::Cell;
use std::error::Error;

use worker::{Context, Env, Request, Response, event};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    match answer(&request.path(), &env).await {
        Ok(answer) => Response::ok(answer),
        Err(error) => Response::error(error.to_string(), 500),
    }
}

async fn answer(path: &str, env: &Env) -> Outcome<String> {
    let (bucket, database) = (env.bucket("BUCKET")?, env.d1("DB")?);
    let accounts = env.durable_object("ACCOUNTS")?;
    let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match words[..] {
        ["migrate"] => Ok(database::migrate(&database).await?.to_string()),
        ["order", id, customer, cents] => {
            let cents = cents.parse()?;
            // First, because it refuses an id that is another order's.
            database::insert(&database, id, customer, cents).await?;
            bucket::put(&bucket, &format!("receipts/{customer}/{id}"), &receipt(cents)).await?;
            Ok(account::pay_in(&accounts, customer, id, cents).await?)
        }
        ["receipt", customer, id] => {
            let text = bucket::get(&bucket, &format!("receipts/{customer}/{id}")).await?;
            Ok(text.ok_or("there is none")?)
        }
        ["receipts"] => Ok(bucket::list(&bucket, "receipts/").await?.join("\n")),
        ["claim", name, owner] => {
            Ok(bucket::claim(&bucket, &format!("names/{name}"), owner).await?.to_string())
        }
        ["mistakes"] => {
            let attempts = Cell::new(0);
            let said = |outcome: worker::Result<()>| line(attempts.take(), outcome);
            Ok([
                said(mistakes::fetch_no_address(&accounts, &attempts).await),
                said(mistakes::query_no_table(&database, &attempts).await),
                said(mistakes::call_overloaded(&accounts, &attempts).await),
            ]
            .join("\n"))
        }
        ["call-id"] => Ok(call_id::call_id().await?),
        ["naive", attempts, ref rest @ ..] => {
            let attempts = attempts.parse()?;
            match *rest {
                ["migrate"] => naive::migrate(&database, attempts).await?,
                ["claim", name, owner] => {
                    let key = format!("names/{name}");
                    let is_ours = naive::claim(&bucket, &key, owner, attempts).await?;
                    return Ok(is_ours.to_string());
                }
                ["order", customer, cents] => {
                    let cents = cents.parse()?;
                    let all = [
                        naive::put(&bucket, customer, &receipt(cents), attempts).await,
                        naive::insert(&database, customer, cents, attempts).await,
                        naive::pay_in(&accounts, customer, cents, attempts).await,
                    ];
                    all.into_iter().collect::<worker::Result<()>>()?;
                }
                ["one-stub", account] => naive::pay_in_by_one_stub(&accounts, account).await?,
                _ => return Err("there is no such path".into()),
            }
            Ok(String::new())
        }
        _ => Err("there is no such path".into()),
    }
}

fn receipt(cents: i32) -> String {
    format!("{cents} cents were paid")
}

fn line(attempts: u32, outcome: worker::Result<()>) -> String {
    let said = outcome.map_or_else(|error| retryability::message(&error), |()| "done".to_owned());
    format!("{attempts} {said}")
}
