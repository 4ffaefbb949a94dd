//! What each attempt does with the arguments: lends them anew, clones them, or is told that it moves one.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::output::Output;
use crate::plan::{Argument, Capture, Reborrow};
use crate::syntax::body::Receiver;
use crate::syntax::parameters::Parameter;

impl Output<'_> {
    /// `let name = &mut *name;` for each argument that is lent anew to each attempt, and the name that the body then
    /// has for `self`, which can't be bound to anything else.
    pub(super) fn reborrows(&self) -> (TokenStream, Option<Receiver>) {
        let mut receiver = None;
        let reborrows = self.arguments().filter_map(|(parameter, argument)| {
            let name = parameter.name()?;
            match argument.reborrow? {
                Reborrow::Variable => {
                    let inside = self.function.inside.as_ref();
                    let renamed = inside.and_then(|inside| inside.receiver.as_ref());
                    let name = renamed.filter(|_| name == "self").unwrap_or(&name);
                    Some(parameter.reborrow_of(name, name))
                }
                Reborrow::RenamedReceiver => {
                    let renamed = Ident::new("__self", Span::mixed_site());
                    let reborrow = parameter.reborrow_of(&name, &renamed);
                    receiver = Some(Receiver::Renamed(renamed));
                    Some(reborrow)
                }
                Reborrow::ReceiverInPlace => {
                    receiver = Some(Receiver::Reborrowed);
                    None
                }
            }
        });
        let reborrows = reborrows.collect();
        (reborrows, receiver)
    }

    /// A statement, never run, for each argument that the body surely moves. The compiler's own words for that would
    /// be about loops and closures that the user has not written.
    pub(super) fn moves(&self) -> impl Iterator<Item = TokenStream> {
        self.arguments().filter_map(|(parameter, argument)| {
            let moved = argument.moved_at.as_ref()?;
            let place = moved.span().resolved_at(Span::mixed_site());
            let (runtime, attributes) = (self.runtime().at(place), parameter.attributes());
            let message = format!(
                "`{moved}` is moved by the first attempt, and would not be there for the next"
            );
            let clone = format!(
                "to give each attempt a clone of its own, write `#[retry(clone({moved}))]`"
            );
            let lend = "if it can't be cloned, make it in the body, or only lend it there";
            Some(quote_spanned! {place=>
                #attributes { #runtime::check_moved! { #moved #message #clone #lend } }
            })
        })
    }

    /// `let name = name.clone();` for each argument of which an attempt has a clone of its own.
    pub(super) fn clones(&self) -> impl Iterator<Item = TokenStream> {
        self.arguments().filter(|(_, argument)| argument.is_cloned).filter_map(
            |(parameter, argument)| {
                let name = parameter.name()?;
                let listed =
                    self.options.clone.as_ref()?.value.iter().find(|listed| **listed == name)?;
                let clone = parameter.clone_of(listed.span());
                // A `mut` that is there for what stands before the block is not an unused one here.
                let used = if argument.is_used_before { self.use_mut(parameter) } else { None };
                Some(hygienic!(#clone #used))
            },
        )
    }

    /// A statement, never run, by which an attempt's block captures an argument that the body names as
    /// strongly as it may be, whatever the body does with it: its clone by value, a `&mut T` exclusively.
    ///
    /// The function's own future would hold the argument itself, and be `Send` if that is. A shared
    /// reference to it is `Send` only if it is `Sync`. For an argument by value that is not cloned
    /// nothing of the kind can be done: it would have to be `mut`, and then the body could change it
    /// unseen.
    pub(super) fn captures(&self) -> impl Iterator<Item = TokenStream> {
        let receiver = self.function.inside.as_ref().and_then(|inside| inside.receiver.as_ref());
        self.arguments().filter_map(move |(parameter, argument)| {
            let name = parameter.name()?;
            let name = receiver.filter(|_| name == "self").unwrap_or(&name);
            let (attributes, runtime) = (parameter.attributes(), self.runtime());
            Some(match argument.capture? {
                Capture::ByValue => hygienic!(#attributes { #runtime::capture_by_value(#name); }),
                Capture::Exclusive => hygienic!(#attributes let _ = &mut *#name;),
            })
        })
    }

    /// `let name = name;` for each argument that is cloned: a body that consumes it consumes its clone, and
    /// neither an `async` block without `move` nor a lint would know that the original is meant to be.
    pub(super) fn rebound(&self) -> TokenStream {
        let cloned = self.arguments().filter(|(_, argument)| argument.is_cloned);
        cloned.map(|(parameter, _)| parameter.rebound()).collect()
    }

    /// A statement, never run, for each argument whose `mut` may be there for its clones alone, or for what
    /// stands before the block alone: neither is a `mut` that nobody needs.
    pub(super) fn used_mut(&self) -> TokenStream {
        let used = self.arguments().filter(|(_, one)| one.is_cloned && one.is_used_before);
        used.filter_map(|(parameter, _)| self.use_mut(parameter)).collect()
    }

    /// The statement, if the parameter is `mut`.
    fn use_mut(&self, parameter: &Parameter) -> Option<TokenStream> {
        let (name, attributes) = (parameter.name()?, parameter.attributes());
        parameter.mutable_binding()?;
        let runtime = self.runtime();
        Some(hygienic!(#attributes if false { #runtime::capture_by_value(&mut #name); }))
    }

    /// The parameters, if they change: without the `mut` of those that are cloned or reborrowed, which has moved to
    /// their clones and reborrows. What stands before a block of the user's may need it too.
    pub(super) fn parameters(&self) -> Option<TokenStream> {
        let loses_mut = |parameter: &Parameter, argument: &Argument| {
            (argument.is_cloned
                || argument.reborrow.is_some() && parameter.mutable_binding().is_some())
                && !argument.is_used_before
        };
        let gets_mut = |parameter: &Parameter, argument: &Argument| {
            argument.reborrow.is_some() && parameter.is_optional_exclusive()
        };
        let mut arguments = self.arguments();
        if !self.function.has_restored_mut
            && !arguments.any(|(one, argument)| loses_mut(one, argument) || gets_mut(one, argument))
        {
            return None;
        }
        let parameters = self.arguments().map(|(parameter, argument)| {
            if gets_mut(parameter, argument) {
                parameter.with_mut()
            } else if loses_mut(parameter, argument) {
                parameter.without_mut()
            } else {
                quote!(#parameter)
            }
        });
        Some(hygienic!(#(#parameters),*))
    }
}
