//! What is decided, apart from how it is written down.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;
use crate::guesses::Target;
use crate::model::Options;
use crate::plan::{Argument, Body, Capture, Form, Name, Plan, Policy, Wait};
use crate::syntax::function::Function;

fn plan(arguments: TokenStream, item: TokenStream) -> Plan {
    let mut diagnostics = Diagnostics::default();
    let options = Options::parse(arguments, Target::Function(&item), &mut diagnostics);
    assert!(diagnostics.is_empty());
    let function = Function::parse(item).unwrap();
    Plan::new(&function, &options)
}

#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn a_plan_says_which_form_the_expansion_has() {
    let read = || {
        quote!(
            fn read(&self, timer: T) -> io::Result<u32> {
                self.file.read()
            }
        )
    };
    let early = || {
        quote!(
            async fn read(&mut self) -> io::Result<u32> {
                self.file.read().await?;
                Ok(1)
            }
        )
    };
    let text = |text: &str| Policy::Text(text.to_owned());
    let settings = |text: &str| text.to_owned();
    for (arguments, item, form, body, policy) in [
        (
            quote!(max_attempts = 5),
            read(),
            Form::OneCall { settings: settings("max_attempts=5; ") },
            Body::Closure,
            text("max_attempts=5"),
        ),
        (
            quote!(idempotent = false),
            read(),
            Form::OneCall { settings: settings("once; ") },
            Body::Closure,
            text(""),
        ),
        // It names an argument, which the body may have borrowed exclusively.
        (
            quote!(on = |error| timer.is(error)),
            read(),
            Form::CheckText { settings: settings("; ") },
            Body::Closure,
            text(""),
        ),
        (
            quote!(jitter = "none"),
            early(),
            Form::CheckText { settings: settings("jitter=none async; ") },
            Body::Block,
            text("jitter=none"),
        ),
        (
            quote!(),
            quote!(
                async fn read() -> io::Result<u32> {
                    get().await
                }
            ),
            Form::CheckText { settings: settings("async; ") },
            Body::Straight,
            text(""),
        ),
        (quote!(backoff = [1s, 2s]), read(), Form::CheckConstant, Body::Closure, Policy::Constant),
        (
            quote!(max_attempts = Self::LIMIT),
            read(),
            Form::CheckConstant,
            Body::Closure,
            Policy::InlineConstant,
        ),
        // It may have a limit in time.
        (quote!(policy = STORAGE), read(), Form::Decide, Body::Closure, Policy::NamedConstant),
        (
            quote!(max_elapsed = 9s),
            read(),
            Form::CheckTimed { settings: settings("max_elapsed=9s; ") },
            Body::Closure,
            text("max_elapsed=9s"),
        ),
        // It stands in a block, so that there is a future to cut off.
        (
            quote!(attempt_timeout = 9s),
            quote!(
                async fn read() -> io::Result<u32> {
                    get().await
                }
            ),
            Form::Decide,
            Body::Block,
            text(""),
        ),
        (
            quote!(max_elapsed = 9s, reset_after = 3s),
            read(),
            Form::Decide,
            Body::Closure,
            text("max_elapsed=9s reset_after=3s"),
        ),
        (quote!(cancel = stop), read(), Form::Decide, Body::Closure, text("")),
        (
            quote!(log = "debug"),
            read(),
            Form::OneCall { settings: settings("log=debug; ") },
            Body::Closure,
            text("log=debug"),
        ),
        (quote!(policy = &self.policy), read(), Form::Decide, Body::Closure, Policy::Reference),
        (quote!(policy = self.policy), read(), Form::Decide, Body::Closure, Policy::Reference),
        (quote!(policy = self.policy()), read(), Form::Decide, Body::Closure, Policy::Reference),
        (quote!(policy = &Bounded::new(9)), read(), Form::Decide, Body::Closure, Policy::Kept),
        (
            quote!(policy = &self.all[usize::from(K)]),
            read(),
            Form::Decide,
            Body::Closure,
            Policy::Reference,
        ),
        (quote!(policy = self.of::<T>()), read(), Form::Decide, Body::Closure, Policy::Reference),
        (quote!(policy = make::<A<B>>(3)), read(), Form::Decide, Body::Closure, Policy::Kept),
        (quote!(policy = (self.make)(3)), read(), Form::Decide, Body::Closure, Policy::Kept),
        (
            quote!(policy = FAST.within(Limit::new(3))),
            read(),
            Form::Decide,
            Body::Closure,
            Policy::Kept,
        ),
        (quote!(policy = self.load().await), read(), Form::Decide, Body::Closure, Policy::Kept),
        (quote!(policy = timer), read(), Form::Decide, Body::Closure, Policy::Reference),
        (quote!(policy = Within::new(P, LIMIT)), read(), Form::Decide, Body::Closure, Policy::Kept),
        (quote!(until = is_done), read(), Form::Decide, Body::Closure, text("")),
        (quote!(context = cx), read(), Form::Decide, Body::Closure, text("")),
        (quote!(idempotent = self.is_safe), read(), Form::Decide, Body::Closure, text("")),
        (quote!(sleep = timer::sleep), read(), Form::Decide, Body::Closure, text("")),
        (
            quote!(sleep = |delay| timer.sleep(delay)),
            read(),
            Form::CheckText { settings: settings("timer; ") },
            Body::Closure,
            text(""),
        ),
    ] {
        let written = arguments.to_string();
        let plan = plan(arguments, item);
        assert_eq!((plan.form, plan.body, plan.policy), (form, body, policy), "{written}");
    }
}

/// To lend it takes the compiler its time, so it is done where it may be of use.
#[test]
fn a_plan_says_whether_the_error_may_be_lent() {
    for (output, is_lent) in [
        (quote!(Result<u32, Box<dyn Error + Send>>), true),
        (quote!(Result<Vec<(u32, u8)>, BoxError>), true),
        (quote!(Result<u32, anyhow::Error>), true),
        (quote!(anyhow::Result<u32>), true),
        (quote!(Result<u32>), true),
        (quote!(Result<u32, Error>), true),
        (quote!(Result<u32, io::Error>), false),
        (quote!(Result<Box<u8>, SdkError<GetError>>), false),
        (quote!(Result<u32, E>), false),
    ] {
        let plan = |on| plan(quote!(on = #on), quote!(fn read(check: impl Check) -> #output {}));
        assert_eq!(plan(quote!(errors::is_transient)).may_lend_error, is_lent, "{output}");
        assert!(!plan(quote!(check)).may_lend_error, "a variable");
        assert!(!plan(quote!(|error| error.is_transient())).may_lend_error, "a closure");
    }
}

#[test]
fn a_plan_says_what_becomes_of_each_argument() {
    let item = quote! {
        async fn send(&self, conn: &mut Conn, body: Vec<u8>, unused: &mut u8) -> io::Result<()> {
            conn.write(body).await?;
            Ok(())
        }
    };
    let plan = plan(quote!(clone(body)), item);
    let capture = |capture| Argument { capture, ..Argument::default() };
    assert_eq!(
        plan.arguments,
        [
            capture(None),
            capture(Some(Capture::Exclusive)),
            Argument { is_cloned: true, ..capture(Some(Capture::ByValue)) },
            capture(None),
        ]
    );
    assert_eq!(plan.wait, Wait::Default);
    assert_eq!(plan.name, Name::OfFunction("send".to_owned()));
}

/// What a body does with an argument that is lent by `&mut`. A reborrow takes the compiler its time, so there is one
/// only where the body may move the argument.
#[test]
fn a_plan_says_what_is_reborrowed() {
    for (body, is_reborrowed) in [
        (quote!(conn.write(1)), false),
        (quote!(conn.inner.write(conn[0], *conn, &conn, &mut *conn)), false),
        (quote!(own.conn.write(conn::NAME)), false),
        (quote!(query.execute(conn)), true),
        (quote!(let own = conn;), true),
        (quote!(for one in conn {}), true),
        (quote!((conn, 1)), true),
        (quote!(write!(conn, "{}", 1)), true),
        (quote!(use module::{conn, other};, conn.write(1)), false),
        (quote!(async move { conn.write(1) }.await), true),
        (quote!((move || conn.write(1))()), true),
        (quote!(list.map(move |one| one + 1); conn.write(1)), false),
        (quote!(list.fold(move |one, other| conn.write(one))), true),
    ] {
        let plan = plan(quote!(), quote!(fn send(conn: &mut Conn) -> io::Result<()> { #body }));
        assert_eq!(plan.arguments[0].reborrow.is_some(), is_reborrowed, "{body}");
    }
    for (signature, is_reborrowed) in [
        (quote!(fn send(conn: &mut Conn)), true),
        (quote!(fn send<'a>(conn: &'a mut Conn, text: &'a str)), true),
        (quote!(fn send<'a>(conn: &'a mut Conn, kept: &mut Vec<&'a u8>)), false),
        (quote!(fn send<'a>(conn: &'a mut Conn<'a>)), false),
        (quote!(fn send<'a: 'b, 'b>(conn: &'a mut Conn)), false),
        (quote!(fn send(conn: &'static mut Conn)), false),
        (quote!(fn send(conn: &Conn)), false),
    ] {
        let plan = plan(quote!(), quote!(#signature -> io::Result<()> { take(conn) }));
        assert_eq!(plan.arguments[0].reborrow.is_some(), is_reborrowed, "{signature}");
    }
}

/// Where a body surely moves an argument, and so far only where: what might be a pattern, another variable's name or
/// left out by the compiler is none.
#[test]
fn a_plan_says_what_is_surely_moved() {
    for (body, is_moved) in [
        (quote!(take(body)), true),
        (quote!(client.post(url).body(body).send()), true),
        (quote!(Ok(body)), true),
        (quote!(return Ok(body);), true),
        (quote!(let own = body;), true),
        (quote!(async move { body.len() }.await), true),
        (quote!(take(&body)), false),
        (quote!(body.len()), false),
        (quote!(take(body.len())), false),
        (quote!(if let Some(body) = other {}), false),
        (
            quote!(match other {
                Ok(body) => take(body),
                Err(_) => {}
            }),
            false,
        ),
        (quote!(list.map(|body| take(body))), false),
        (quote!(let body = body.clone(); take(body)), false),
        (
            quote!(
                fn inner(body: String) {
                    take(body)
                }
            ),
            false,
        ),
        (quote!(#[cfg(never)] take(body);), false),
        (quote!(println!("{}", body)), false),
        (quote!(other == body;), false),
        (quote!(Request { body }), false),
        (quote!(let body = body; take(body)), false),
        (quote!(client.send(Request { id: 1, body })), true),
        (quote!(client.send(Request { data: body })), true),
        (quote!(client.send(|Request { body }| take(1))), false),
        (
            quote!(for one in body {
                take(one)
            }),
            true,
        ),
        // Nothing is moved, or only a part.
        (quote!(let _ = body;), false),
        (quote!(let _: Body = body;), false),
        (quote!(let Body { size, .. } = body;), false),
        (quote!(let (size, ref rest) = body;), false),
        (quote!(list.map(move |one| one * body.size)), false),
        (quote!(async move { body.url.len() }.await), false),
        (quote!(list.map(move |one| one * *body)), false),
        // Another variable of that name.
        (
            quote!(for (body, size) in list {
                take(body, size)
            }),
            false,
        ),
        (
            quote!(if let Some(&body) = list.get(body.len()) {
                take(body)
            }),
            false,
        ),
        (quote!(list.all(|(&body, size)| take(body))), false),
        (quote!(list.fold(0, |size, &body| take(body))), false),
        (quote!(let wrap(body) = other; take(body)), false),
        (quote!(use module::body;, take(body)), false),
        (
            quote!(
                macro_rules! later {
                    () => {
                        take(body)
                    };
                }
            ),
            false,
        ),
    ] {
        let plan = plan(quote!(), quote!(fn send(body: Body) -> io::Result<()> { #body }));
        assert_eq!(plan.arguments[0].moved_at.is_some(), is_moved, "{body}");
    }
    // In an async body that stands as it is, a branch may end the call.
    let diverges = quote!(if body.is_empty() { fatal(body) } self.call());
    let async_plan =
        plan(quote!(), quote!(async fn send(body: Body) -> io::Result<()> { #diverges }));
    assert_eq!(async_plan.arguments[0].moved_at, None);
    let blocking = plan(quote!(), quote!(fn send(body: Body) -> io::Result<()> { #diverges }));
    assert!(blocking.arguments[0].moved_at.is_some());
    let generic = plan(
        quote!(),
        quote!(
            fn send<T>(body: T) -> io::Result<()> {
                take(body)
            }
        ),
    );
    assert_eq!(generic.arguments[0].moved_at, None);
    for kind in [quote!(&Body), quote!(Body<'_>), quote!(u32), quote!(std::time::Duration)] {
        let plan = plan(quote!(), quote!(fn send(body: #kind) -> io::Result<()> { take(body) }));
        assert_eq!(plan.arguments[0].moved_at, None, "{kind}");
    }
}
