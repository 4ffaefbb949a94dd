use reattempt::Retryable;

#[derive(Retryable)]
enum Error {
    #[retry(transient, when = *_0 == 503 not_applied)]
    Comma(u16),
    #[retry(transient, when = let Some(_) = _0)]
    Let(Option<u16>),
    #[retry(transient; not_applied)]
    Semicolon,
}

#[derive(Retryable)]
enum Sound {
    #[retry(transient, when = if after.is_some() { true } else { *default == *after })]
    NamedLikeWords { after: Option<u8>, default: Option<u8> },
}

fn main() {}
