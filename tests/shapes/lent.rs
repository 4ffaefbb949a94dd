//! What is lent by `&mut` is lent to each attempt anew, whatever the body does with it.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;

use async_trait::async_trait;
use reattempt::retry;

use super::support::{Failure, Work, sleep};
use super::{Result, Server, assert_send, twice};

fn take<W: Write>(mut room: W) {
    room.write_all(b"x").unwrap();
}

async fn take_async(room: impl Write) {
    take(room);
    tokio::task::yield_now().await;
}

/// The forms of the expansion, each with what moves a `&mut` out of its place.
macro_rules! in_each_form {
    ($($name:ident: [$($arguments:tt)*] $room:ident -> $body:expr;)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every body needs all")]
            use super::{Failure, Future, Pin, Result, Work, Write as _, retry, sleep, take};

            #[retry($($arguments)* sleep = sleep)]
            pub(super) fn closure(work: &Work, $room: &mut Vec<u8>) -> Result<u32> {
                $body;
                Ok(work.call()?)
            }

            #[retry($($arguments)* sleep = |delay| sleep(delay))]
            pub(super) fn one_loop(work: &Work, $room: &mut Vec<u8>) -> Result<u32> {
                $body;
                work.call()
            }

            #[retry($($arguments)* until = |call| *call > 0)]
            pub(super) async fn straight(work: &Work, $room: &mut Vec<u8>) -> Result<u32> {
                $body;
                work.call()
            }

            #[retry($($arguments)*)]
            pub(super) async fn block(work: &Work, $room: &mut Vec<u8>) -> Result<u32> {
                $body;
                Ok(work.call()?)
            }

            #[retry($($arguments)*)]
            pub(super) fn returned<'a>(
                work: &'a Work,
                $room: &'a mut Vec<u8>,
            ) -> impl Future<Output = Result<u32>> + 'a {
                async move {
                    $body;
                    Ok(work.call()?)
                }
            }

            #[retry($($arguments)*)]
            pub(super) fn boxed<'a>(
                work: &'a Work,
                $room: &'a mut Vec<u8>,
            ) -> Pin<Box<dyn Future<Output = Result<u32>> + 'a>> {
                Box::pin(async move {
                    $body;
                    work.call()
                })
            }
        }
    )+

        #[tokio::test(start_paused = true)]
        async fn in_each_form() {
            $(
                let mut room = Vec::new();
                assert_eq!($name::closure(&twice(), &mut room), Ok(3));
                assert_eq!($name::one_loop(&twice(), &mut room), Ok(3));
                assert_eq!($name::straight(&twice(), &mut room).await, Ok(3));
                assert_eq!($name::block(&twice(), &mut room).await, Ok(3));
                assert_eq!($name::returned(&twice(), &mut room).await, Ok(3));
                assert_eq!($name::boxed(&twice(), &mut room).await, Ok(3));
                // Each of the six was tried three times, and each attempt has written a byte.
                assert_eq!(room.len(), 18, stringify!($name));
            )+
        }
    };
}

in_each_form! {
    an_argument_of_a_generic_function: [] room -> take(room);
    an_argument_of_two: [] room -> { let _: &mut Vec<u8> = std::convert::identity(room); take(room) };
    another_name: [] room -> { let own = room; own.push(1) };
    in_a_closure_by_value: [] room -> { let mut push = move || room.push(1); push() };
    in_a_tuple: [] room -> { let (own, _) = (room, 1); own.push(1) };
    in_a_pattern: [] room -> match room { own => own.push(1) };
    in_a_loop: [] room -> { room.push(0); for byte in room { *byte = byte.wrapping_add(1) } };
    in_an_iterator: [] room -> { room.push(0); room.into_iter().for_each(|byte| *byte = 1) };
    in_a_format_string: [] room -> { let own = room; write!(own, "1").unwrap() };
    told_of_the_attempt: [context = cx,] room -> { let own = room; own.push(u8::try_from(cx.attempt()).unwrap()) };
    beside_a_classifier: [on = |failure: &Failure| failure.call < 9,] room -> take(room);
}

#[retry]
async fn in_an_async_block_by_value(work: &Work, room: &mut Vec<u8>) -> Result<u32> {
    async move {
        room.push(1);
        work.call()
    }
    .await
}

#[retry(sleep = sleep)]
fn of_a_trait_object(work: &Work, room: &mut dyn Write) -> Result<u32> {
    take(room);
    work.call()
}

#[retry]
async fn of_an_impl_trait(work: &Work, room: &mut impl Write) -> Result<u32> {
    take_async(room).await;
    Ok(work.call()?)
}

/// Each attempt begins with what was passed.
#[retry(sleep = sleep)]
fn mutable(work: &Work, mut room: &mut [u8]) -> Result<usize> {
    room.write_all(&[1, 2]).unwrap();
    work.call()?;
    Ok(room.len())
}

#[retry]
async fn async_mutable(work: &Work, mut room: &mut [u8]) -> Result<usize> {
    room = &mut room[2..];
    work.call()?;
    Ok(room.len())
}

/// An `Option` of one is lent anew as well.
#[retry(sleep = sleep)]
fn optional(work: &Work, room: Option<&mut Vec<u8>>) -> Result<u32> {
    if let Some(room) = room {
        room.push(1);
    }
    work.call()
}

#[retry]
async fn async_optional(work: &Work, mut room: Option<&mut Vec<u8>>) -> Result<u32> {
    if let Some(room) = room.as_deref_mut() {
        room.push(1);
    }
    let taken = room.take();
    taken.into_iter().for_each(|room| room.push(2));
    work.call()?;
    Ok(3)
}

#[retry]
fn optional_in_a_future<'a>(
    work: &'a Work,
    room: Option<&'a mut Vec<u8>>,
) -> impl Future<Output = Result<u32>> + 'a {
    async move {
        let own = room;
        own.into_iter().for_each(|room| room.push(1));
        Ok(work.call()?)
    }
}

/// What has the lifetime of the `&mut`, and isn't a part of it.
#[retry(sleep = sleep)]
fn beside_a_value_of_its_lifetime<'a>(
    work: &Work,
    room: &'a mut Vec<u8>,
    key: Key<'a>,
) -> Result<&'a str> {
    room.push(0);
    work.call()?;
    Ok(key.0)
}

struct Key<'a>(&'a str);

/// What keeps a part of it can't have it again: it is lent as it is.
#[retry]
async fn kept_by_another<'a>(
    work: &Work,
    room: &'a mut Vec<u8>,
    kept: &mut Vec<&'a u8>,
) -> Result<u32> {
    if work.calls() == 2 {
        kept.extend(room.first());
    }
    work.call()
}

#[derive(Debug, Default)]
struct Session {
    server: Server,
    log: Vec<u8>,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<u32>> + Send + 'a>>;

fn note(session: &mut Session) {
    session.log.push(1);
}

impl Session {
    async fn step(&mut self) {
        self.log.push(1);
        tokio::task::yield_now().await;
    }

    #[retry(sleep = sleep)]
    fn passed_on(&mut self) -> Result<u32> {
        note(self);
        self.server.call()
    }

    #[retry(sleep = sleep)]
    fn by_another_name(self: &mut Session) -> Result<u32> {
        let this = self;
        this.log.push(1);
        Ok(this.server.call()?)
    }

    #[retry(sleep = sleep)]
    fn taken_apart(&mut self) -> Result<u32> {
        let Self { server, log } = self;
        log.push(1);
        server.call()
    }

    #[retry]
    async fn in_an_async_block(&mut self) -> Result<u32> {
        async move {
            self.step().await;
            self.server.call()
        }
        .await
    }

    #[retry]
    async fn beside_macros(&mut self) -> Result<u32> {
        use std::fmt::{self, Write as _};

        let mut text = String::new();
        let said: fmt::Result =
            write!(text, "{} {self:?} {}", self.log.len(), stringify!(self.log));
        said.map_err(|_| Failure { call: 0, retryability: false.into() })?;
        assert!(self.log.len() < 3 && text.ends_with("self.log"), "{self:?}");
        note(self);
        let this = self;
        this.log.push(1);
        this.log.pop();
        this.server.call()
    }

    #[retry(sleep = sleep)]
    fn beside_an_item(&mut self) -> Result<u32> {
        use std::io::{self, Write};

        struct Local {
            #[allow(dead_code, reason = "its visibility counts")]
            pub(self) number: u32,
        }
        let local = Local { number: 1 };
        let written: io::Result<()> = self.log.write_all(&[1]);
        written.map_err(|_| Failure { call: local.number, retryability: false.into() })?;
        let this = self;
        this.server.call()
    }

    #[retry]
    fn of_an_alias(&mut self) -> Answer<'_> {
        Box::pin(async move {
            note(self);
            self.server.call()
        })
    }
}

#[async_trait]
trait Remote {
    async fn send(&mut self, room: &mut Vec<u8>) -> Result<u32>;
    async fn send_named<'c>(&'c mut self, name: &'c str) -> Result<u32>;
    async fn exchange(&mut self, other: &'static mut Session) -> Result<u32>;
}

#[async_trait]
impl Remote for Session {
    #[retry]
    async fn send(&mut self, room: &mut Vec<u8>) -> Result<u32> {
        let this = self;
        this.log.push(1);
        take_async(room).await;
        this.server.call()
    }

    #[retry]
    async fn send_named<'c>(&'c mut self, name: &'c str) -> Result<u32> {
        assert_eq!(name, "x");
        async move {
            self.step().await;
            Ok(self.server.call()?)
        }
        .await
    }

    #[retry]
    async fn exchange(mut self: &mut Self, other: &'static mut Session) -> Result<u32> {
        let call = self.server.call()?;
        self.log.push(1);
        if call == 9 {
            self = other;
            note(self);
        }
        Ok(call)
    }
}

impl Session {
    #[retry(sleep = sleep)]
    fn replaced(mut self: &mut Session) -> Result<u32> {
        self.log.push(1);
        let call = self.server.call()?;
        if call == 9 {
            self = Box::leak(Box::default());
        }
        note(self);
        Ok(call)
    }
}

#[test]
fn blocking() {
    let mut room = Vec::new();
    assert_eq!(of_a_trait_object(&twice(), &mut room), Ok(3));
    assert_eq!(room, b"xxx");
    assert_eq!(mutable(&twice(), &mut [0; 4]), Ok(2));
    assert_eq!(beside_a_value_of_its_lifetime(&twice(), &mut room, Key("x")), Ok("x"));
    let mut room = Vec::new();
    assert_eq!(optional(&twice(), Some(&mut room)), Ok(3));
    assert_eq!(optional(&twice(), None), Ok(3));
    assert_eq!(room, [1, 1, 1]);
    let calls = [
        Session::passed_on,
        Session::by_another_name,
        Session::taken_apart,
        Session::beside_an_item,
    ];
    for call in calls {
        let mut session = Session::default();
        assert_eq!(call(&mut session), Ok(3));
        assert_eq!(session.log.len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn asynchronous() {
    let mut room = Vec::new();
    assert_eq!(in_an_async_block_by_value(&twice(), &mut room).await, Ok(3));
    assert_eq!(of_an_impl_trait(&twice(), &mut room).await, Ok(3));
    assert_eq!(room.len(), 6);
    assert_eq!(async_mutable(&twice(), &mut [0; 4]).await, Ok(2));
    let mut lent = Vec::new();
    assert_eq!(async_optional(&twice(), Some(&mut lent)).await, Ok(3));
    assert_eq!(lent, [1, 2, 1, 2, 1, 2]);
    assert_eq!(optional_in_a_future(&twice(), Some(&mut lent)).await, Ok(3));
    assert_eq!(lent.len(), 9);
    let mut kept = Vec::new();
    assert_eq!(kept_by_another(&twice(), &mut room, &mut kept).await, Ok(3));
    assert_eq!(kept, [&1]);

    let mut session = Session::default();
    assert_eq!(assert_send(session.in_an_async_block()).await, Ok(3));
    assert_eq!(session.log.len(), 3);
    let mut session = Session::default();
    assert_eq!(assert_send(session.beside_macros()).await, Ok(3));
    assert_eq!(session.log.len(), 3);
    let mut session = Session::default();
    assert_eq!(session.of_an_alias().await, Ok(3));
    assert_eq!(session.log.len(), 3);
    let mut session = Session::default();
    assert_eq!(assert_send(session.send(&mut Vec::new())).await, Ok(3));
    assert_eq!(session.log.len(), 3);
    let mut session = Session::default();
    assert_eq!(session.send_named("x").await, Ok(3));
    assert_eq!(session.log.len(), 3);
    let mut session = Session::default();
    assert_eq!(session.exchange(Box::leak(Box::default())).await, Ok(3));
    assert_eq!(session.log, [1]);
    let mut session = Session::default();
    assert_eq!(session.replaced(), Ok(3));
    assert_eq!(session.log.len(), 4);
}
