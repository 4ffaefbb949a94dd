//! What each variant says of itself, or what is wrong with it.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::ast::{Attribute, Data, Field, Fields, Input};
use super::attr::{self, Kind, Meaning, ParsedWord};
use super::values::{check_classifier, check_condition, check_numbers};
use crate::diagnostics::Diagnostics;
use crate::keys::nearest;
use crate::tokens::{Tokens, is_simple_path};

pub(crate) struct VariantRules<'a> {
    /// Where this crate is, if that was said.
    pub(super) krate: Option<Tokens>,
    /// For variants that say nothing, and for what no condition holds of.
    default: Option<Kind>,
    /// For each variant, or for the struct, the first whose condition holds.
    pub(super) rules: Vec<Vec<Rule<'a>>>,
}

/// One `#[retry(…)]`.
pub(super) struct Rule<'a> {
    pub(super) kind: Kind,
    place: Span,
    /// The field that is asked, if the kind is to forward.
    pub(super) forward: Option<&'a Field>,
    /// The function that classifies that field, if it does not do so itself.
    pub(super) on: Option<Tokens>,
    /// The field with the wait, and its name in the attribute.
    pub(super) after: Option<(&'a Field, TokenTree)>,
    pub(super) not_applied: bool,
    pub(super) when: Option<TokenStream>,
}

impl<'a> VariantRules<'a> {
    pub(super) fn read(input: &'a Input, diagnostics: &mut Diagnostics) -> VariantRules<'a> {
        let mut variant_rules = VariantRules { krate: None, default: None, rules: Vec::new() };
        match &input.data {
            Data::Struct(fields) => {
                let rules = variant_rules.of_struct(input, fields, diagnostics);
                variant_rules.rules.push(rules);
            }
            Data::Union(keyword) => diagnostics.at_span(
                keyword.span(),
                "a union can't say which of its errors are worth another attempt; derive `Retryable` \
                 on an enum or a struct",
            ),
            Data::Enum(variants) => {
                let mut own = Diagnostics::default();
                variant_rules.of_enum(input, &mut own);
                // A default may have been meant.
                let is_spoilt = !own.is_empty();
                diagnostics.append(own);
                for variant in variants {
                    refuse_on_fields(&variant.fields, diagnostics);
                    let attributes: Vec<_> = of_retry(&variant.attributes).collect();
                    if attributes.is_empty() && variant_rules.default.is_none() && !is_spoilt
                    {
                        diagnostics.at_span(
                            variant.name.span(),
                            format_args!(
                                "`{}` does not say whether it is worth another attempt; write \
                                 `#[retry(transient)]`, `#[retry(throttled)]`, `#[retry(permanent)]` or \
                                 `#[retry(forward)]` above it, or `#[retry(default = permanent)]` above \
                                 the enum",
                                variant.name
                            ),
                        );
                    }
                    let rules = attributes.into_iter().filter_map(|attribute| {
                        let words = attr::parse(attribute, diagnostics);
                        Rule::read(words, &variant.fields, attribute, diagnostics)
                    });
                    let rules: Vec<_> = rules.collect();
                    variant_rules.check(&rules, diagnostics);
                    variant_rules.rules.push(rules);
                }
            }
        }
        variant_rules
    }

    /// What holds where no rule does.
    pub(super) fn otherwise(&self) -> Kind {
        self.default.unwrap_or(Kind::Permanent)
    }

    /// On an enum: `default` and `crate`.
    fn of_enum(&mut self, input: &Input, diagnostics: &mut Diagnostics) {
        for attribute in of_retry(&input.attributes) {
            for written in attr::parse(attribute, diagnostics) {
                let is_repeated = match written.word.meaning {
                    Meaning::Crate => self.krate.is_some(),
                    Meaning::Default => self.default.is_some(),
                    _ => false,
                };
                if is_repeated {
                    diagnostics.at_span(written.place, attr::given_twice(&written));
                    continue;
                }
                match written.word.meaning {
                    Meaning::Crate => self.krate = krate(written, diagnostics),
                    Meaning::Default => self.default = attr::default_kind(&written, diagnostics),
                    Meaning::Kind(kind) if kind != Kind::Forward => diagnostics.at_span(
                        written.place,
                        format_args!(
                            "on an enum this would be its default; write `#[retry(default = {})]`, \
                             or put it on a variant",
                            kind.as_str()
                        ),
                    ),
                    _ => diagnostics.at_span(
                        written.place,
                        "this is about a variant; on an enum there are `default` and `crate`",
                    ),
                }
            }
        }
    }

    /// On a struct: its rules, and `crate`.
    fn of_struct(
        &mut self,
        input: &'a Input,
        fields: &'a Fields,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Rule<'a>> {
        refuse_on_fields(fields, diagnostics);
        let mut says_something = false;
        let mut rules = Vec::new();
        for attribute in of_retry(&input.attributes) {
            let mut words = attr::parse(attribute, diagnostics);
            let is_about_crate = |written: &ParsedWord| written.word.meaning == Meaning::Crate;
            let only_crate = words.iter().all(is_about_crate) && !words.is_empty();
            if let Some(index) = words.iter().position(is_about_crate) {
                self.krate = krate(words.remove(index), diagnostics);
            }
            if !only_crate {
                says_something = true;
                rules.extend(Rule::read(words, fields, attribute, diagnostics));
            }
        }
        if !says_something {
            diagnostics.at_span(
                input.name.span(),
                format_args!(
                    "`{}` does not say whether it is worth another attempt; write \
                     `#[retry(transient)]`, `#[retry(throttled)]`, `#[retry(permanent)]` or \
                     `#[retry(forward)]` below the derive",
                    input.name
                ),
            );
        }
        self.check(&rules, diagnostics);
        rules
    }

    /// Each rule can be reached, and makes a difference.
    fn check(&self, rules: &[Rule<'_>], diagnostics: &mut Diagnostics) {
        let mut rest = rules.iter();
        if rest.any(|rule| rule.when.is_none()) {
            if let Some(unreachable) = rest.next() {
                diagnostics.at_span(
                    unreachable.place,
                    "this is never reached, because what stands before it has no condition; add \
                     `when = …` there, or leave one of them out",
                );
            }
        }
        if let [Rule { when: Some(when), kind, .. }] = rules {
            if *kind == self.otherwise() && *kind == Kind::Permanent {
                diagnostics.at(
                    when,
                    "whatever the condition says, this is permanent; add what it is otherwise, such as \
                     another `#[retry(transient)]` below",
                );
            }
        }
    }
}

impl<'a> Rule<'a> {
    fn read(
        words: Vec<ParsedWord>,
        fields: &'a Fields,
        attribute: &Attribute,
        diagnostics: &mut Diagnostics,
    ) -> Option<Rule<'a>> {
        let mut rule = Rule {
            kind: Kind::Permanent,
            place: attribute.name.span(),
            forward: None,
            on: None,
            after: None,
            not_applied: false,
            when: None,
        };
        let mut kind: Option<(Kind, ParsedWord)> = None;
        let (mut on, mut after) = (None, None);
        let (mut is_sound, is_empty) = (true, words.is_empty());
        for written in words {
            match written.word.meaning {
                Meaning::Kind(second) => match &kind {
                    Some((first, _)) => {
                        is_sound = false;
                        diagnostics.at_span(
                            written.place,
                            format_args!(
                                "`{}` contradicts `{}`; an error is one of them",
                                second.as_str(),
                                first.as_str()
                            ),
                        );
                    }
                    None => kind = Some((second, written)),
                },
                Meaning::On => {
                    is_sound &= check_classifier(&written.value, diagnostics);
                    on = Some(written);
                }
                Meaning::After => after = Some(written),
                Meaning::NotApplied => rule.not_applied = true,
                Meaning::When => {
                    is_sound &= check_condition(&written.value, diagnostics);
                    check_numbers(&written.value, fields, diagnostics);
                    rule.when = Some(written.value);
                }
                Meaning::Default => {
                    is_sound = false;
                    diagnostics.at_span(
                        written.place,
                        "`default` goes above the enum; here say what the error is, such as `transient`",
                    );
                }
                Meaning::Crate => {
                    is_sound = false;
                    diagnostics.at_span(
                        written.place,
                        "`crate` goes above the enum, `#[retry(crate = …)]`",
                    );
                }
            }
        }
        if let Some(on) = &on {
            let forwards = kind.as_ref().is_some_and(|(kind, _)| *kind == Kind::Forward);
            if is_sound && !forwards {
                diagnostics.at_span(
                    on.place,
                    "`on` is the function that classifies the wrapped error, so it goes with `forward`, as in \
                     `forward, on = …`; a condition is `when = …`",
                );
                return None;
            }
        }
        let Some((kind, written)) = kind else {
            if is_sound && !is_empty {
                diagnostics.at_span(
                    rule.place,
                    "this does not say what the error is; add `transient`, `throttled`, `permanent`, \
                     `cancelled` or `forward`",
                );
            }
            return None;
        };
        rule.kind = kind;
        rule.place = written.place;
        if kind == Kind::Forward {
            rule.forward = Some(forwarded(&written, fields, diagnostics)?);
            rule.on = on.map(|on| Tokens::from(on.value));
        }
        if let Some(after) = after {
            rule.after = Some(field_of_wait(&after, kind, rule.on.is_some(), fields, diagnostics)?);
        }
        is_sound.then_some(rule)
    }
}

/// `crate = path`
fn krate(written: ParsedWord, diagnostics: &mut Diagnostics) -> Option<Tokens> {
    let path = Tokens::from(written.value);
    if is_simple_path(&path) {
        return Some(path);
    }
    diagnostics.at(&path, format_args!("`crate` is a path; write `{}`", written.word.example));
    None
}

/// `after = field`
fn field_of_wait<'a>(
    after: &ParsedWord,
    kind: Kind,
    has_on: bool,
    fields: &'a Fields,
    diagnostics: &mut Diagnostics,
) -> Option<(&'a Field, TokenTree)> {
    let why = match kind {
        Kind::Transient | Kind::Throttled => None,
        Kind::Permanent => Some("a permanent error is never tried again, so nothing is waited"),
        Kind::Cancelled => Some("what was cancelled is never tried again, so nothing is waited"),
        Kind::Forward if has_on => Some("the function says the wait, by `Retryability::after`"),
        Kind::Forward => Some("the wrapped error brings its own wait"),
    };
    if let Some(why) = why {
        diagnostics.at_span(after.place, format_args!("{why}; leave `after` out"));
        return None;
    }
    let name = attr::field_name(after, diagnostics)?;
    Some((field(&name, fields, diagnostics)?, name))
}

/// The field to ask: the one named, or else the one that `thiserror` and `snafu` take for the source,
/// or else the only one.
fn forwarded<'a>(
    written: &ParsedWord,
    fields: &'a Fields,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Field> {
    if !written.value.is_empty() {
        let name = attr::field_name(written, diagnostics)?;
        return field(&name, fields, diagnostics);
    }
    let sources: Vec<_> =
        fields.list.iter().filter(|field| field.is_source() == Some(true)).collect();
    if let [source] = sources.as_slice() {
        return Some(source);
    }
    if let Some(source) = fields.named("source").filter(|field| field.is_source().is_none()) {
        return Some(source);
    }
    match fields.list.as_slice() {
        [only] => return Some(only),
        [] => diagnostics.at_span(
            written.place,
            "there is no error in here to ask; say what it is, such as `transient`",
        ),
        _ => diagnostics.at_span(
            written.place,
            "which of the fields is to be asked? write `forward = field`, or mark it with `#[source]` or \
             `#[from]`",
        ),
    }
    None
}

fn field<'a>(
    name: &TokenTree,
    fields: &'a Fields,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Field> {
    let text = name.to_string();
    // By its number, or as conditions name it.
    let binding = fields.list.iter().find(|field| !field.is_named && field.binding == text);
    let found = binding.or_else(|| fields.named(text.trim_start_matches("r#")));
    if found.is_none() {
        let known: Vec<String> = fields.list.iter().map(|field| field.member.to_string()).collect();
        let message = match (nearest(&text, known.iter().map(String::as_str)), known.as_slice()) {
            (Some(near), _) => format!("there is no field `{text}`; did you mean `{near}`?"),
            (None, []) if matches!(name, TokenTree::Literal(_)) => format!(
                "`after` takes the name of a field with the delay that the server asked for, and there is none; \
                 for the same delay each time, `{text}`, implement `Retryable` by hand"
            ),
            (None, []) => format!("there is no field `{text}`, nor any other"),
            (None, known) => {
                let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
                format!("there is no field `{text}`; the fields are {}", known.join(", "))
            }
        };
        diagnostics.at_span(name.span(), message);
    }
    found
}

fn of_retry(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.name == "retry")
}

fn refuse_on_fields(fields: &Fields, diagnostics: &mut Diagnostics) {
    for field in &fields.list {
        for attribute in of_retry(&field.attributes) {
            diagnostics.at_span(
                attribute.name.span(),
                "`#[retry(…)]` goes above the variant, or the struct; there it can name this field, as in \
                 `forward = field` or `after = field`",
            );
        }
    }
}
