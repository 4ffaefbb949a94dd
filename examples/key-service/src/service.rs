//! moto's key service, and a proxy before it that makes trouble.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reattempt_servers::{Fault, Moto, Proxy};

use crate::keys::client;

/// The keys that there are.
#[derive(Debug, Clone)]
pub struct Keys {
    /// It works.
    pub good: String,
    /// It is disabled.
    pub disabled: String,
    /// The caller may not use it.
    pub forbidden: String,
    /// The service is down for whoever asks for it.
    pub unreachable: String,
}

/// What has come to the proxy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All requests.
    pub requests: u32,
    /// Those that were answered "Rate exceeded".
    pub throttled: u32,
    /// Those whose connection was reset before the service saw them.
    pub reset: u32,
    /// Those that the service has done, and whose answer was lost by a reset.
    pub lost_answers: u32,
    /// Those that were refused for good.
    pub refused: u32,
}

#[derive(Debug, Default)]
struct State {
    counts: Counts,
    /// The number of each call, and how often it has come. The attempts of a call send the same bytes.
    seen: HashMap<String, (usize, usize)>,
}

/// It ends when this is dropped.
pub struct Service {
    /// What works and what doesn't.
    pub keys: Keys,
    proxy: Proxy,
    state: Arc<Mutex<State>>,
    moto: Moto,
}

impl Service {
    /// # Errors
    ///
    /// If it makes no keys.
    ///
    /// # Panics
    ///
    /// If moto is not installed.
    pub async fn start() -> Result<Service, Box<dyn Error + Send + Sync>> {
        let moto = tokio::task::block_in_place(Moto::start);
        let direct = client(&format!("http://127.0.0.1:{}", moto.port));
        let make = async || -> Result<String, Box<dyn Error + Send + Sync>> {
            let made = direct.create_key().send().await?;
            Ok(made.key_metadata.ok_or("a key that was made has an id")?.key_id)
        };
        let keys = Keys {
            good: make().await?,
            disabled: make().await?,
            forbidden: make().await?,
            unreachable: make().await?,
        };
        direct.disable_key().key_id(&keys.disabled).send().await?;
        let state = Arc::new(Mutex::new(State::default()));
        let (of_proxy, of_keys) = (Arc::clone(&state), keys.clone());
        let proxy =
            Proxy::start(moto.port, move |request| lock(&of_proxy).fault(request, &of_keys));
        Ok(Service { keys, proxy, state, moto })
    }

    /// Where the proxy is.
    pub fn endpoint(&self) -> String {
        self.proxy.url()
    }

    /// Where the proxy and moto listen.
    pub fn ports(&self) -> [u16; 2] {
        [self.proxy.port, self.moto.port]
    }

    /// What has come to it since the last time.
    pub fn counts(&self) -> Counts {
        std::mem::take(&mut *lock(&self.state)).counts
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// The first two attempts of each call fail, each in another way. So do all with a key that does not work: moto itself
    /// refuses neither a key that is disabled nor a caller, so the proxy says what AWS does.
    fn fault(&mut self, request: &str, keys: &Keys) -> Option<Fault> {
        self.counts.requests += 1;
        let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        if body.contains(&keys.unreachable) {
            self.counts.reset += 1;
            return Some(Fault::Reset);
        }
        if body.contains(&keys.disabled) {
            self.counts.refused += 1;
            let message =
                format!("arn:aws:kms:us-east-1:123456789012:key/{} is disabled.", keys.disabled);
            return Some(refusal("DisabledException", &message));
        }
        if body.contains(&keys.forbidden) {
            self.counts.refused += 1;
            let message = "User: arn:aws:iam::123456789012:user/example is not authorized to perform: kms:Encrypt";
            return Some(refusal("AccessDeniedException", message));
        }
        if !body.contains(&keys.good) {
            return None;
        }
        let calls = self.seen.len();
        let (call, attempt) = self.seen.entry(body.to_owned()).or_insert((calls, 0));
        *attempt += 1;
        if *attempt > 2 {
            return None;
        }
        match (*call + *attempt) % 3 {
            0 => {
                self.counts.throttled += 1;
                Some(refusal("ThrottlingException", "Rate exceeded"))
            }
            1 => {
                self.counts.reset += 1;
                Some(Fault::Reset)
            }
            _ => {
                self.counts.lost_answers += 1;
                Some(Fault::LoseAnswer)
            }
        }
    }
}

/// As the protocol of AWS has it.
fn refusal(code: &str, message: &str) -> Fault {
    Fault::Answer(400, format!(r#"{{"__type":"{code}","message":"{message}"}}"#))
}
