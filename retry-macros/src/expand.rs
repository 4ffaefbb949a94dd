//! A function and its options → the same function with its body made again and again.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};

use crate::arguments::first_span;
use crate::desugared::AsyncBlock;
use crate::documentation;
use crate::encoding::{ASYNC, END, NOT_IDEMPOTENT};
use crate::function::{Function, Inside};
use crate::judgement::{Judgement, Place};
use crate::options::{On, Options, Setting};
use crate::parameters::{Parameter, Passing};
use crate::policy::{self, Private, Source};
use crate::tokens::{Tokens, is_path, may_exit, mentions, names};
use crate::values::Value;

/// ```text
/// fn f(args) -> R { body }
/// ```
/// →
/// ```text
/// fn f(args) -> R {
///     call! { make make_all here "A5 " "::f"; R; closure || { body } }
/// }
/// ```
///
/// The runtime's macro `call!` does the rest, so that nothing has to be put together here but what is this
/// function's own.
pub(crate) fn expand(
    function: &Function,
    block: Option<&AsyncBlock>,
    mut options: Options,
) -> TokenStream {
    let documentation = documentation::attributes(function, &options);
    let Some(block) = block else {
        let (inner_attributes, body) = call(function, &options);
        let owned = if function.is_async { TokenStream::new() } else { owned(function, &options) };
        let body = hygienic!(#owned #body);
        let attributes = hygienic!(#inner_attributes #documentation);
        return function.rebuild(&attributes, parameters(function, &options, None), body);
    };
    // A future that the body makes: the loop goes inside.
    if let Some(receiver) = &block.receiver {
        options.rename_self(receiver);
    }
    let inside = Inside {
        receiver: block.receiver.clone(),
        has_arguments_as_declared: block.has_arguments_as_declared(),
        prelude: block.prelude(),
    };
    let inside = function.inside(block.output.clone(), block.body.clone(), inside);
    let (_, body) = call(&inside, &options);
    let (owned, used) = (owned(function, &options), used_mut(function, block, &options));
    let body = hygienic!(#used #owned #body);
    let parameters = parameters(function, &options, Some(block));
    function.rebuild(&documentation, parameters, block.replace(body))
}

/// `let name = name;` for each argument that is cloned: a body that consumes it consumes its clone, and
/// neither an `async` block without `move` nor a lint would know that the original is meant to be.
fn owned(function: &Function, options: &Options) -> TokenStream {
    let cloned = function.parameters.iter().filter(|parameter| is_cloned(parameter, options));
    cloned.map(Parameter::rebound).collect()
}

/// A statement, never run, for each argument whose `mut` may be there for its clones alone, or for what
/// stands before the block alone: neither is one that nobody needs.
fn used_mut(function: &Function, block: &AsyncBlock, options: &Options) -> TokenStream {
    let private = Private::of(options);
    let prelude = block.prelude();
    let parameters = function.parameters.iter().filter(|parameter| {
        is_cloned(parameter, options) && parameter.name().is_some_and(|name| names(&prelude, &name))
    });
    parameters.filter_map(|parameter| use_mut(parameter, &private)).collect()
}

/// The statement, if the parameter is `mut`.
fn use_mut(parameter: &Parameter, private: &Private) -> Option<TokenStream> {
    let (name, attributes) = (parameter.name()?, parameter.attributes());
    parameter.mutable_binding()?;
    Some(hygienic!(#attributes if false { #private::owned(&mut #name); }))
}

/// What takes the place of a function's body, and the attributes that stood in it.
fn call(function: &Function, options: &Options) -> (TokenStream, TokenStream) {
    let private = Private::of(options);
    let policy = policy(function, options);
    let output = function.output_without_impl();
    let clock = if function.is_async { hygienic!(Async) } else { hygienic!(Blocking) };
    let context = options.context.as_ref().map(|_| {
        let policy = policy_reference(&policy, &private);
        hygienic!(context __context #clock { #policy })
    });
    let place = Place::of(&output);
    let judgement = Judgement { place, options, private: &private };
    let judgement = match site(function, options, &policy, &clock, &private) {
        Some(site) if site.is_text() && is_made_by_one_call(function, options) => {
            let (make_all, on) = judgement.at_site(["make_all", "make_all_by"]);
            let (inner_attributes, attempt) = attempt(function, options, &private);
            let body = hygienic!(#private::call! { make #make_all #site #on; #output; #attempt });
            return (inner_attributes, body);
        }
        Some(site) => {
            let (was_last, on) = judgement.at_site(["was_last", "was_last_by"]);
            hygienic!(judge #was_last #site #on)
        }
        None => {
            let name = name(function, options);
            let operation = operation(function, options, &policy, &name, &clock, &private);
            judgement.of_operation(&operation, &name)
        }
    };
    let (inner_attributes, attempt) = attempt(function, options, &private);
    let sleep = sleep(function, options, &private);
    let body = hygienic! {
        #private::call! { __attempts __outcome: #output; #context #attempt #judgement #sleep }
    };
    (inner_attributes, body)
}

/// Whether one call of a function of ours makes all the attempts. That holds an `on` at the same time as the body, so
/// it can't name what the body may have borrowed exclusively; and it has to know the error's type before the body
/// tells what an `impl Trait` is.
fn is_made_by_one_call(function: &Function, options: &Options) -> bool {
    let names_argument = |on: &Setting<On>| function.names_argument(&on.tokens);
    !function.is_async
        && options.sleep.is_none()
        && !options.on.as_ref().is_some_and(names_argument)
        && !mentions(&function.output, &|word| word == "impl")
}

/// What a call goes by, as one of the two parts of `call!` for that.
enum Site {
    /// A text in front of the name of the module, and one behind.
    Here(Literal, Literal),
    Text(Literal),
    Operation(TokenStream),
}

impl Site {
    fn is_text(&self) -> bool {
        !matches!(self, Site::Operation(_))
    }
}

impl ToTokens for Site {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Site::Here(settings, name) => {
                tokens.append(Ident::new("here", Span::mixed_site()));
                tokens.append(settings.clone());
                tokens.append(name.clone());
            }
            Site::Text(text) => tokens.append_all(hygienic!(site { #text })),
            Site::Operation(operation) => tokens.append_all(hygienic!(site { #operation })),
        }
    }
}

/// What a call goes by, where that can be said before anything has failed: a constant.
fn site(
    function: &Function,
    options: &Options,
    policy: &Source,
    clock: &TokenStream,
    private: &Private,
) -> Option<Site> {
    if options.until.is_some() || options.context.is_some() || is_decided_late(options) {
        return None;
    }
    let literal_name = options.name.as_ref().map(|name| name.value.as_ref());
    match (policy, literal_name) {
        (Source::Settings(settings), None | Some(Some(_))) => {
            let mut settings = settings.clone();
            if function.is_async {
                settings.push(char::from(ASYNC));
            }
            if let Some(Setting { value: Value::Literal(false), .. }) = options.idempotent {
                settings.push(char::from(NOT_IDEMPOTENT));
            }
            settings.push(char::from(END));
            Some(if let Some(Some(name)) = literal_name {
                settings.push_str(name);
                Site::Text(Literal::string(&settings))
            } else {
                Site::Here(Literal::string(&settings), path_of(function))
            })
        }
        (Source::Expression(policy), _) if !is_constant(policy, function) => None,
        (policy, _) => {
            let operation =
                operation(function, options, policy, &name(function, options), clock, private);
            Some(Site::Operation(operation))
        }
    }
}

/// Whether an expression is a path to something other than an argument, which the body may change.
fn is_constant(expression: &Tokens, function: &Function) -> bool {
    is_path(expression) && !function.names_argument(expression)
}

/// The body, as one of the three parts of `call!` for it, and the attributes that stood in it.
fn attempt(
    function: &Function,
    options: &Options,
    private: &Private,
) -> (TokenStream, TokenStream) {
    let context = options.context.as_ref().map(|context| {
        let name = &context.value;
        hygienic!(let #name = &__context;)
    });
    let clones = clones(function, options, private);
    if !function.is_async || !may_exit(&function.statements) {
        let (attributes, body) = function.split_body(hygienic!(#context #(#clones)*));
        if function.is_async {
            return (attributes, hygienic!(straight #body));
        }
        let closure = closure(&body);
        return (attributes, hygienic!(closure #closure));
    }
    let captured = function
        .parameters
        .iter()
        .filter_map(|parameter| captured(function, parameter, options, private));
    let captured = hygienic!(#(#captured)*);
    let (attributes, body) = function.split_body(TokenStream::new());
    (attributes, hygienic!(block { #captured } { #(#clones)* } { #context } #body))
}

/// A closure around a body. What the compiler has to say about what it captures or returns has the place where the
/// body begins.
fn closure(body: &Group) -> TokenStream {
    let place = body.span_open().resolved_at(Span::mixed_site());
    quote_spanned!(place=> || #body)
}

/// `let name = name.clone();` for each argument of which an attempt has a clone of its own.
fn clones<'a>(
    function: &'a Function,
    options: &'a Options,
    private: &'a Private,
) -> impl Iterator<Item = TokenStream> + 'a {
    function.parameters.iter().filter_map(|parameter| {
        let name = parameter.name()?;
        let listed = options.clone.as_ref()?.value.iter().find(|listed| **listed == name)?;
        let clone = parameter.clone_of(listed.span());
        // A `mut` that is there for what stands before the block is not an unused one here.
        let prelude = function.inside.as_ref().map(|inside| &inside.prelude);
        let used = prelude.filter(|prelude| names(*prelude, &name));
        let used = used.and_then(|_| use_mut(parameter, private));
        Some(hygienic!(#clone #used))
    })
}

fn is_cloned(parameter: &Parameter, options: &Options) -> bool {
    let Some((clone, name)) = options.clone.as_ref().zip(parameter.name()) else { return false };
    clone.value.contains(&name)
}

/// A statement, never run, by which an attempt's block captures an argument that the body names as
/// strongly as it may be, whatever the body does with it: its clone by value, a `&mut T` exclusively.
///
/// The function's own future would hold the argument itself, and be `Send` if that is. A shared
/// reference to it is `Send` only if it is `Sync`. For an argument by value that is not cloned
/// nothing of the kind can be done: it would have to be `mut`, and then the body could change it
/// unseen.
fn captured(
    function: &Function,
    parameter: &Parameter,
    options: &Options,
    private: &Private,
) -> Option<TokenStream> {
    let mut name = parameter.name()?;
    if let Some(receiver) = function.inside.as_ref().and_then(|inside| inside.receiver.as_ref()) {
        if name == "self" {
            name = receiver.clone();
        }
    }
    if !names(&function.statements, &name) {
        return None;
    }
    let attributes = parameter.attributes();
    if is_cloned(parameter, options) {
        return Some(hygienic!(#attributes { #private::owned(#name); }));
    }
    // A block of the user's may have moved or borrowed it in a way of its own.
    let as_declared =
        function.inside.as_ref().is_none_or(|inside| inside.has_arguments_as_declared);
    if parameter.passing() != Passing::Exclusive || !as_declared {
        return None;
    }
    Some(hygienic!(#attributes let _ = &mut *#name;))
}

/// The parameters, without the `mut` of those that are cloned, which has moved to their clones. What
/// stands before a block of the user's may need it too.
fn parameters(
    function: &Function,
    options: &Options,
    block: Option<&AsyncBlock>,
) -> Option<TokenStream> {
    if options.clone.is_none() && !function.has_restored {
        return None;
    }
    let prelude = block.map(AsyncBlock::prelude).unwrap_or_default();
    let parameters = function.parameters.iter().map(|parameter| {
        let in_prelude = parameter.name().is_some_and(|name| names(&prelude, &name));
        if is_cloned(parameter, options) && !in_prelude {
            parameter.without_mut()
        } else {
            quote!(#parameter)
        }
    });
    Some(hygienic!(#(#parameters),*))
}

/// What the function is called in logs.
fn name(function: &Function, options: &Options) -> TokenStream {
    let Some(name) = &options.name else {
        let name = path_of(function);
        return hygienic!(::core::concat!(::core::module_path!(), #name));
    };
    let (name, literal) = (&name.tokens, &name.value);
    if let Some(literal) = literal {
        return hygienic!(#literal);
    }
    if is_generic(function, name) {
        return hygienic!(const { #name });
    }
    hygienic!({
        const __REATTEMPT_NAME: &::core::primitive::str = #name;
        __REATTEMPT_NAME
    })
}

/// The function's name behind that of its module.
fn path_of(function: &Function) -> Literal {
    let name = function.name.to_string();
    Literal::string(&format!("::{}", name.trim_start_matches("r#")))
}

/// Whether a constant expression depends on what an item can't name.
fn is_generic(function: &Function, expression: &Tokens) -> bool {
    let generics = function.generic_names();
    mentions(expression, &|word| word == "Self" || generics.iter().any(|name| word == name))
}

fn policy(function: &Function, options: &Options) -> Source {
    let generics = function.generic_names();
    policy::source(options, &|word| generics.iter().any(|name| word == name))
}

/// A reference to the policy.
fn policy_reference(policy: &Source, private: &Private) -> TokenStream {
    match policy {
        Source::Settings(settings) => hygienic!(&#private::EncodedPolicy(#settings)),
        Source::Item(policy) => hygienic!({
            const __REATTEMPT_POLICY: #private::Policy = #policy;
            &__REATTEMPT_POLICY
        }),
        Source::Inline(policy) => hygienic!(&const #policy),
        Source::Expression(policy) => {
            let place = first_span(policy).resolved_at(Span::mixed_site());
            if is_path(policy) {
                quote_spanned!(place=> &#policy)
            } else {
                quote_spanned!(place=> &(#policy))
            }
        }
    }
}

/// A reference to what is the same for all the attempts: to a constant, if the policy is one. Its name
/// stands in the compiler's errors about the policy, and it has a block of its own, because the body could see
/// it: a constant, unlike a variable of ours, is not hidden.
fn operation(
    function: &Function,
    options: &Options,
    policy: &Source,
    name: &TokenStream,
    clock: &TokenStream,
    private: &Private,
) -> TokenStream {
    let idempotent = match &options.idempotent {
        None => hygienic!(true),
        Some(Setting { value: Value::Literal(idempotent), .. }) => hygienic!(#idempotent),
        Some(Setting { value: Value::Expression(_), tokens, .. }) => tokens.to_token_stream(),
    };
    let with = |policy| {
        hygienic!(#private::Operation {
            name: #name,
            policy: #policy,
            clock: #private::Clock::#clock,
            idempotent: #idempotent,
        })
    };
    // An item can't name what the name depends on.
    let has_generic_name =
        options.name.as_ref().is_some_and(|name| is_generic(function, &name.tokens));
    match policy {
        Source::Item(policy) if !is_decided_late(options) && !has_generic_name => {
            let operation = with(hygienic!(&#policy));
            hygienic!({
                const __REATTEMPT_POLICY: #private::Operation<'static> = #operation;
                &__REATTEMPT_POLICY
            })
        }
        policy => {
            let operation = with(policy_reference(policy, private));
            hygienic!(&#operation)
        }
    }
}

/// Whether it is known only after a failed attempt what may be done twice.
fn is_decided_late(options: &Options) -> bool {
    matches!(&options.idempotent, Some(Setting { value: Value::Expression(_), .. }))
}

/// An expression, ready to be called: a path as it is, another one in parentheses.
pub(crate) fn callable(expression: &Tokens, place: Span) -> TokenStream {
    if is_path(expression) {
        expression.to_token_stream()
    } else {
        quote_spanned!(place=> (#expression))
    }
}

/// How to wait, as one of the two parts of `call!` for it.
fn sleep(function: &Function, options: &Options, private: &Private) -> TokenStream {
    // A missing timer is blamed on the attribute, which is where one can be given.
    match (&options.sleep, function.is_async) {
        (None, true) => hygienic!(sleep sleep await),
        (None, false) => hygienic!(sleep sleep_blocking),
        (Some(sleep), is_async) => {
            let place = sleep.span().resolved_at(Span::mixed_site());
            let function = callable(&sleep.tokens, place);
            let private = private.at(place);
            if is_async {
                quote_spanned!(place=> pause { #private::pause(#function(#private::Attempts::delay(&__attempts))).await; })
            } else {
                quote_spanned!(place=> pause { #private::slept(#function(#private::Attempts::delay(&__attempts))); })
            }
        }
    }
}
