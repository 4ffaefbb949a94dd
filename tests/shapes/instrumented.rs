//! `#[instrument]` of the crate `tracing`, above (a span for each attempt) and below (one for the call).

use async_trait::async_trait;
use reattempt::retry;
use tracing::instrument;

use super::support::{Failure, sleep};
use super::{Result, Server, assert_send};

#[derive(Default, Debug)]
struct Session {
    server: Server,
    log: Vec<u8>,
}

fn note(session: &mut Session) {
    session.log.push(1);
}

fn push(mut room: impl AsMut<Vec<u8>>) {
    room.as_mut().push(1);
}

/// With what `#[instrument]` can be told, above and below: what it makes of a body depends on that.
macro_rules! in_each_order {
    ($($name:ident: $attribute:meta;)+) => {$(
        mod $name {
            use super::*;

            impl Session {
                #[$attribute]
                #[retry(sleep = sleep)]
                pub(super) fn $name(&mut self, room: &mut Vec<u8>, name: String) -> Result<usize> {
                    note(self);
                    push(&mut *room);
                    self.server.call()?;
                    Ok(name.len())
                }
            }

            #[retry(sleep = sleep)]
            #[$attribute]
            pub(super) fn below(
                session: &mut Session,
                room: &mut Vec<u8>,
                name: String,
            ) -> Result<usize> {
                note(session);
                push(room);
                session.server.call()?;
                Ok(name.len())
            }

            #[$attribute]
            #[retry]
            pub(super) async fn async_above(
                session: &mut Session,
                room: &mut Vec<u8>,
                name: String,
            ) -> Result<usize> {
                note(session);
                push(room);
                tokio::task::yield_now().await;
                session.server.call()?;
                Ok(name.len())
            }

            #[retry]
            #[$attribute]
            pub(super) async fn async_below(
                session: &mut Session,
                room: &mut Vec<u8>,
                name: String,
            ) -> Result<usize> {
                note(session);
                push(room);
                session.server.call()?;
                Ok(name.len())
            }

            #[$attribute]
            #[retry(clone(body))]
            pub(super) async fn cloned(session: &mut Session, body: Vec<u8>) -> Result<usize> {
                note(session);
                let taken = body;
                session.server.call()?;
                Ok(taken.len())
            }

            #[async_trait]
            pub(super) trait Remote {
                async fn above(&mut self, room: &mut Vec<u8>, name: String) -> Result<usize>;
                async fn below(&mut self, room: &mut Vec<u8>, name: String) -> Result<usize>;
            }

            #[async_trait]
            impl Remote for Session {
                #[$attribute]
                #[retry]
                async fn above(&mut self, room: &mut Vec<u8>, name: String) -> Result<usize> {
                    note(self);
                    push(room);
                    self.server.call()?;
                    Ok(name.len())
                }

                #[retry]
                #[$attribute]
                async fn below(&mut self, room: &mut Vec<u8>, name: String) -> Result<usize> {
                    note(self);
                    push(room);
                    self.server.call()?;
                    Ok(name.len())
                }
            }
        }
    )+

        #[tokio::test(start_paused = true)]
        async fn in_each_order() {
            $({
                use $name::Remote as _;

                let (mut room, text) = (Vec::new(), || "four".to_owned());
                let session = || Session::default();
                assert_eq!(session().$name(&mut room, text()), Ok(4));
                assert_eq!($name::below(&mut session(), &mut room, text()), Ok(4));
                let mut one = session();
                assert_eq!(assert_send($name::async_above(&mut one, &mut room, text())).await, Ok(4));
                assert_eq!(one.log.len(), 3);
                assert_eq!($name::async_below(&mut session(), &mut room, text()).await, Ok(4));
                assert_eq!($name::cloned(&mut session(), vec![0; 4]).await, Ok(4));
                let mut one = session();
                assert_eq!(assert_send(one.above(&mut room, text())).await, Ok(4));
                assert_eq!(one.log.len(), 3);
                assert_eq!(session().below(&mut room, text()).await, Ok(4));
                assert_eq!(room.len(), 18, stringify!($name));
            })+
        }
    };
}

in_each_order! {
    plain: instrument(skip_all);
    with_errors: instrument(skip_all, err);
    with_values: instrument(skip_all, ret);
    with_both: instrument(skip_all, err(Debug), ret);
    with_fields: instrument(skip_all, fields(answer = 42));
}

/// The user's own blocks keep their `move`.
#[instrument(err)]
#[retry]
async fn own_blocks(server: &Server, name: String) -> Result<usize> {
    let length = name.len();
    let spawned = tokio::spawn(async move { length });
    server.call()?;
    let length = spawned.await.map_err(|_| Failure { call: 0, retryability: false.into() })?;
    Ok(length)
}

#[tokio::test(start_paused = true)]
async fn blocks_of_the_users_are_left_alone() {
    assert_eq!(own_blocks(&Server::default(), "four".to_owned()).await, Ok(4));
}
