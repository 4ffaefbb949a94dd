//! Decides what the expansion looks like. The plan is data: `expand` writes it down and decides nothing.

mod policy;
mod time;

use proc_macro2::{Ident, TokenTree};
use reattempt_policy::__private::Key as PolicyKey;

pub(crate) use self::policy::Policy;
pub(crate) use self::time::{ClockReads, Inside};
use crate::model::{Options, Setting};
use crate::syntax::function::Function;
use crate::syntax::parameters::{Parameter, PassedBy};
use crate::syntax::values::Value;
use crate::tokens::{
    Tokens, is_path, is_punct, is_timer, may_capture, may_move, may_return_early, mentions,
    moved_at, reads_variable, takes_trait_object, ungrouped, uses_variable,
};

#[derive(Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is decided by itself")]
pub(crate) struct Plan {
    pub(crate) form: Form,
    pub(crate) body: Body,
    pub(crate) policy: Policy,
    pub(crate) name: Name,
    pub(crate) wait: Wait,
    pub(crate) clock: ClockReads,
    /// Whether an attempt's beginning counts: `reset_after` may be given.
    pub(crate) may_reset: bool,
    /// Whether attempts may be cut off.
    pub(crate) cuts_off: bool,
    /// What is said to calls inside of the attempts.
    pub(crate) inside: Inside,
    /// Whether each attempt has a span of its own.
    pub(crate) has_spans: bool,
    /// Whether `on` names a function, and not a variable, that may take `&dyn Error` where the error is a box or a
    /// report of one.
    pub(crate) may_lend_error: bool,
    /// What happens to each parameter of the function.
    pub(crate) arguments: Vec<Argument>,
}

/// The form of the whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One call of the runtime, which is handed the body, and a text of what the attribute says.
    OneCall { settings: String },
    /// A loop that asks the runtime, by a text of what the attribute says.
    CheckText { settings: String },
    /// The same of a call that has a limit in time: by that text, and by when the call began.
    CheckTimed { settings: String },
    /// A loop that asks the runtime, by a constant operation.
    CheckConstant,
    /// A loop that puts the operation together after each failed attempt, because it depends on something that
    /// only exists then, or asks for more.
    Decide,
}

/// What becomes of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// A closure, because the function is not async.
    Closure,
    /// It stands as it is, because it is async and nothing leaves it early.
    Straight,
    /// An `async` block.
    Block,
}

/// The operation's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    /// That of the function, behind the path of its module.
    OfFunction(String),
    /// The path of the module, and the line.
    OfPlace,
    Literal(String),
    Constant,
    /// A constant that depends on `Self` or a generic parameter.
    InlineConstant,
}

/// What waits between two attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    Default,
    /// A function or a value that implements `Timer`: it is asked for the time as well.
    Timer,
    /// An expression that is called with the delay.
    Call,
}

/// What happens to a parameter.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Argument {
    /// Each attempt gets a clone of its own.
    pub(crate) is_cloned: bool,
    /// What stands before the async block of a function that returns a future uses it.
    pub(crate) is_used_before: bool,
    /// It is a `&mut T`, and each attempt gets a reborrow of it, so that the body may do with it what it likes.
    pub(crate) reborrow: Option<Reborrow>,
    /// Where the body surely moves it, unless its type is `Copy`.
    pub(crate) moved_at: Option<Ident>,
    /// How an attempt's `async` block has to capture it.
    pub(crate) capture: Option<Capture>,
}

/// How an attempt is lent a `&mut T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reborrow {
    /// `let name = &mut *name;`
    Variable,
    /// `self`, which can't be bound, is another variable in the body: only so a block can capture it by value.
    RenamedReceiver,
    /// `&mut *self` takes the place of each `self` that stands by itself.
    ReceiverInPlace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capture {
    ByValue,
    Exclusive,
}

impl Plan {
    /// `function`: the one under the attribute, or the async block that it returns, as if that were a
    /// function.
    pub(crate) fn new(function: &Function, options: &Options) -> Plan {
        let generics = function.generic_names();
        let is_generic = |word: &Ident| word == "Self" || generics.iter().any(|name| word == name);
        let policy = Policy::of(options, function, &is_generic);
        let name = Name::of(options, function, &is_generic);
        let clock = ClockReads::of(options, &policy);
        let inside = Inside::of(options, &policy, clock);
        let body = if !function.is_async {
            Body::Closure
        } else if options.cuts_off()
            || inside != Inside::Nothing
            || options.has_spans()
            || may_return_early(&function.statements)
        {
            // What stands as it is can't be cut off, nor told anything: there is no future to drop, or to poll.
            Body::Block
        } else {
            Body::Straight
        };
        let wait = match &options.sleep {
            None => Wait::Default,
            Some(sleep) if is_timer(&sleep.tokens) => Wait::Timer,
            Some(_) => Wait::Call,
        };
        let arguments = function.parameters.iter();
        let arguments = arguments.map(|one| Argument::of(one, function, options, body)).collect();
        let form = Form::of(function, options, &policy, &name, (wait, clock));
        let may_reset = clock != ClockReads::Never
            && (options.policy.is_some() || options.policy_option(PolicyKey::ResetAfter).is_some());
        let cuts_off = options.cuts_off();
        let mut names = function.parameters.iter().filter_map(Parameter::name);
        let may_lend_error = options.on.as_ref().is_some_and(|on| {
            (is_path(&ungrouped(&on.tokens)) || takes_trait_object(&on.tokens))
                && !names.any(|name| reads_variable(&on.tokens, &name))
                && function.error_type().is_none_or(|error| may_box_an_error(&error))
        });
        Plan {
            form,
            body,
            policy,
            name,
            wait,
            clock,
            may_reset,
            cuts_off,
            inside,
            has_spans: options.has_spans(),
            may_lend_error,
            arguments,
        }
    }
}

impl Plan {
    /// Whether the expansion has parts that the plain loop hasn't.
    pub(crate) fn asks_for_more(&self, function: &Function) -> bool {
        // One call of the runtime says it itself.
        let says_more =
            self.inside != Inside::Nothing && !matches!(self.form, Form::OneCall { .. });
        function.is_attempt
            || says_more
            || self.has_spans
            || matches!(self.form, Form::Decide | Form::CheckTimed { .. })
    }
}

/// Whether a type may be a box or a report of an error, such as `Box<dyn Error>`, `BoxError`, `anyhow::Error` and
/// `Report`, as far as its name tells. To lend the error takes the compiler as long as all the rest of a blocking
/// function, so it is done only where the answer is "yes".
fn may_box_an_error(error: &Tokens) -> bool {
    let error = ungrouped(error);
    let path = error.split(|token| is_punct(token, '<')).next().unwrap_or_default();
    let mut words = path.iter().rev().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    let (name, module) = (words.next().unwrap_or_default(), words.next());
    match &*name {
        // What has no name, such as a type of a macro's, may be anything.
        "Arc" | "Report" | "" => true,
        "Error" => module.is_none_or(|module| matches!(&*module, "anyhow" | "color_eyre" | "eyre")),
        name => name.starts_with("Box") || name.starts_with("Dyn"),
    }
}

impl Form {
    fn of(
        function: &Function,
        options: &Options,
        policy: &Policy,
        name: &Name,
        (wait, clock): (Wait, ClockReads),
    ) -> Form {
        let is_idempotent_late =
            matches!(&options.idempotent, Some(Setting { value: Value::Expression(_), .. }));
        let is_policy_late = matches!(policy, Policy::Reference | Policy::Kept);
        // A limit that is known takes only the beginning of the call, and `reset_after` that of each attempt.
        let is_timed = clock == ClockReads::Always
            && matches!(policy, Policy::Text(_))
            && options.policy_option(PolicyKey::ResetAfter).is_none();
        if options.until.is_some()
            || options.context.is_some()
            || is_idempotent_late
            || is_policy_late
            || wait == Wait::Timer
            || clock != ClockReads::Never && !is_timed
            || options.asks_for_more
            || options.policy.is_some() && options.own_log().is_some()
        {
            return Form::Decide;
        }
        let (Policy::Text(text), Name::OfFunction(_) | Name::OfPlace | Name::Literal(_)) =
            (policy, name)
        else {
            return if is_timed { Form::Decide } else { Form::CheckConstant };
        };
        let mut settings = text.clone();
        let mut add = |word: &str| {
            settings.push_str(if settings.is_empty() { "" } else { " " });
            settings.push_str(word);
        };
        if function.is_async {
            add("async");
        }
        if wait == Wait::Call {
            add("timer");
        }
        if options.is_never_twice() {
            add("once");
        }
        let is_one_call = !is_timed && may_be_one_call(function, options);
        match options.nested.as_ref().filter(|_| is_one_call) {
            Some(Setting { value: true, .. }) => add("nested-once"),
            Some(_) => add("nested-all"),
            None => {}
        }
        settings.push_str("; ");
        if is_timed {
            Form::CheckTimed { settings }
        } else if is_one_call {
            Form::OneCall { settings }
        } else {
            Form::CheckText { settings }
        }
    }
}

/// Whether one call of the runtime can make all the attempts. That call holds an `on` at the same time as the
/// body, so `on` can't name what the body may have borrowed exclusively. And it has to know the error's type
/// before the body tells what an `impl Trait` is.
fn may_be_one_call(function: &Function, options: &Options) -> bool {
    let names_argument = options.on.as_ref().is_some_and(|on| function.names_argument(&on.tokens));
    !function.is_async
        && !function.is_attempt
        && !options.has_spans()
        && options.sleep.is_none()
        && !names_argument
        && !mentions(&function.output, &|word| word == "impl")
}

impl Name {
    fn of(options: &Options, function: &Function, is_generic: &impl Fn(&Ident) -> bool) -> Name {
        match &options.name {
            None if function.is_attempt => Name::OfPlace,
            None => Name::OfFunction(function.unraw_name()),
            Some(Setting { value: Some(name), .. }) => Name::Literal(name.clone()),
            Some(name) if mentions(&name.tokens, is_generic) => Name::InlineConstant,
            Some(_) => Name::Constant,
        }
    }
}

impl Argument {
    fn of(parameter: &Parameter, function: &Function, options: &Options, body: Body) -> Argument {
        let Some(name) = parameter.name() else { return Argument::default() };
        let cloned = options.clone.as_ref().map_or(&[][..], |clone| clone.value.as_slice());
        let is_cloned = cloned.contains(&name);
        let context = function.inside.as_ref();
        let is_used_before = context.is_some_and(|context| uses_variable(&context.prelude, &name));
        let name_inside = context.and_then(|context| context.receiver.clone());
        let name_inside = name_inside.filter(|_| name == "self").unwrap_or(name);
        let statements = &function.statements;
        let is_used = body == Body::Block && uses_variable(statements, &name_inside);
        // A block of the user's may have moved or borrowed it in a way of its own.
        let is_as_declared = context.is_none_or(|context| context.has_arguments_as_declared);
        let reborrow = Reborrow::of(parameter, &name_inside, function);
        let capture = match parameter.passed_by() {
            _ if !is_used
                || matches!(reborrow, Some(Reborrow::Variable | Reborrow::RenamedReceiver)) =>
            {
                None
            }
            _ if is_cloned => Some(Capture::ByValue),
            PassedBy::Exclusive if is_as_declared => Some(Capture::Exclusive),
            _ => None,
        };
        let may_be_moved = is_as_declared
            && !is_cloned
            && !parameter.is_receiver()
            && !parameter.may_be_passed_on();
        let moved_at = if may_be_moved && !parameter.is_generic(&function.generic_names()) {
            moved_at(statements, &name_inside, body == Body::Straight)
        } else {
            None
        };
        Argument { is_cloned, is_used_before, reborrow, moved_at, capture }
    }
}

impl Reborrow {
    /// `name`: what the body calls it.
    fn of(parameter: &Parameter, name: &Ident, function: &Function) -> Option<Reborrow> {
        let body = &function.statements;
        if !function.can_be_reborrowed(parameter) {
            return None;
        }
        let is_mutable = parameter.mutable_binding().is_some() && uses_variable(body, name);
        if !is_mutable && !may_move(body, name) {
            return None;
        }
        if name != "self" {
            Some(Reborrow::Variable)
        } else if is_mutable || may_capture(body, name) {
            function.can_rename_receiver().then_some(Reborrow::RenamedReceiver)
        } else {
            // A function in the body has another `self`.
            let has_other = mentions(body, &|word| word == "fn" || word == "impl");
            (!has_other).then_some(Reborrow::ReceiverInPlace)
        }
    }
}
