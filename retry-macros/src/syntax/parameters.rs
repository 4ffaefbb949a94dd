//! The parameters of a function, as far as its second attempt depends on them.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote_spanned};

use crate::tokens::{
    Tokens, idents, is_group, is_punct, is_word, mentions, split_types, ungrouped, uses_variable,
};

#[derive(Clone)]
pub(crate) struct Parameter {
    /// `#[cfg(…)]` and the like.
    attributes: Tokens,
    pattern: Tokens,
    /// Nothing for `self`, `&self` and `&mut self`.
    kind: Tokens,
    name: Option<Ident>,
}

/// How a parameter is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PassedBy {
    /// `&T`
    Shared,
    /// `&mut T`
    Exclusive,
    /// `T`
    Value,
}

/// How a parameter borrows something exclusively.
pub(crate) struct Exclusive {
    /// `'a` of `&'a mut T`.
    pub(crate) lifetime: Option<Ident>,
    pub(crate) is_receiver: bool,
}

impl Parameter {
    pub(crate) fn parse_all(parameters: &Group) -> Vec<Parameter> {
        split_types(parameters.stream()).iter().map(Parameter::parse).collect()
    }

    fn parse(tokens: &Tokens) -> Parameter {
        let mut rest: &[TokenTree] = tokens;
        while let [hash, attribute, others @ ..] = rest {
            if !is_punct(hash, '#') || !is_group(attribute, Delimiter::Bracket) {
                break;
            }
            rest = others;
        }
        let attributes = tokens.iter().take(tokens.len() - rest.len());
        // The first single colon: a path in the pattern has double ones, and the type may begin with one.
        let mut is_second = false;
        let colon = rest.iter().position(|token| {
            let TokenTree::Punct(mark) = token else {
                is_second = false;
                return false;
            };
            let is_first = mark.as_char() == ':' && mark.spacing() == Spacing::Joint && !is_second;
            let is_single = mark.as_char() == ':' && !is_first && !is_second;
            is_second = is_first;
            is_single
        });
        let (pattern, kind) = rest.split_at(colon.unwrap_or(rest.len()));
        Parameter {
            attributes: attributes.cloned().collect(),
            pattern: pattern.iter().cloned().collect(),
            kind: kind.iter().skip(1).cloned().collect(),
            name: name(pattern, kind.is_empty()),
        }
    }

    /// The name of a parameter that is one, with or without `mut`, or `self` however it is passed.
    pub(crate) fn name(&self) -> Option<Ident> {
        self.name.clone()
    }

    pub(crate) fn is_receiver(&self) -> bool {
        self.name.as_ref().is_some_and(|name| name == "self")
    }

    /// `self: Type`
    pub(crate) fn is_typed_receiver(&self) -> bool {
        self.is_receiver() && !self.kind.is_empty()
    }

    pub(crate) fn passed_by(&self) -> PassedBy {
        let tokens = if self.kind.is_empty() { &self.pattern } else { &self.kind };
        match &**ungrouped(tokens) {
            [and, tick, _, mutable, ..] if is_punct(and, '&') && is_punct(tick, '\'') => {
                if is_mut(mutable) { PassedBy::Exclusive } else { PassedBy::Shared }
            }
            [and, mutable, ..] if is_punct(and, '&') => {
                if is_mut(mutable) {
                    PassedBy::Exclusive
                } else {
                    PassedBy::Shared
                }
            }
            _ => PassedBy::Value,
        }
    }

    /// `Pin<…>`
    pub(crate) fn is_pinned(&self) -> bool {
        let path = self.kind.iter().take_while(|token| !is_punct(token, '<'));
        path.last().is_some_and(|last| is_word(last, "Pin"))
    }

    /// Whether the body knows something by this name because of it.
    pub(crate) fn binds(&self, name: &Ident) -> bool {
        mentions(&self.pattern, &|word| word == name)
    }

    /// Whether an expression names something that the body knows because of it: any word of the pattern, to be
    /// on the safe side, but for those that only say how something is bound.
    pub(crate) fn is_named_in(&self, expression: &Tokens) -> bool {
        idents(&self.pattern)
            .iter()
            .any(|word| word != "mut" && word != "ref" && uses_variable(expression, word))
    }

    /// Puts back a `mut` that another macro has taken out.
    pub(crate) fn restore_mut(&mut self, keyword: &Ident) {
        let name = core::mem::take(&mut self.pattern);
        self.pattern = [TokenTree::Ident(keyword.clone())].into_iter().chain(name).collect();
    }

    /// The parameter without `mut`.
    pub(crate) fn without_mut(&self) -> TokenStream {
        let Parameter { attributes, kind, .. } = self;
        let pattern = self.bare_pattern();
        let kind = (!kind.is_empty()).then(|| hygienic!(: #kind));
        hygienic!(#attributes #pattern #kind)
    }

    /// `let mut name = name.clone();` for a parameter `mut name: T`. What can't be cloned is blamed on
    /// `place`.
    pub(crate) fn clone_of(&self, place: Span) -> TokenStream {
        let Parameter { attributes, pattern, .. } = self;
        let name = self.bare_pattern();
        let place = place.resolved_at(Span::mixed_site());
        let clone = quote_spanned!(place=> ::core::clone::Clone::clone(&#name));
        hygienic!(#attributes let #pattern = #clone;)
    }

    /// `let mut name = &mut *lent;` for a parameter `mut lent: &mut T`, and the like for an `Option` of one.
    pub(crate) fn reborrow_of(&self, lent: &Ident, name: &Ident) -> TokenStream {
        let (attributes, mutable) = (&self.attributes, self.mutable_binding());
        let reborrow = if self.is_optional_exclusive() {
            hygienic!(::core::option::Option::as_deref_mut(&mut #lent))
        } else {
            hygienic!(&mut *#lent)
        };
        hygienic!(#attributes let #mutable #name = #reborrow;)
    }

    /// The parameter with `mut`.
    pub(crate) fn with_mut(&self) -> TokenStream {
        let Parameter { attributes, kind, .. } = self;
        let pattern = self.bare_pattern();
        hygienic!(#attributes mut #pattern: #kind)
    }

    /// Whether it can be passed on more than once, as far as its type shows: it is known to be `Copy`, or a reference, or
    /// may be an alias of one, with a lifetime. Of any other type the compiler has to be asked.
    pub(crate) fn may_be_passed_on(&self) -> bool {
        const COPY: &[&str] = &[
            "Duration", "Instant", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8",
            "isize", "u128", "u16", "u32", "u64", "u8", "usize",
        ];
        let kind = ungrouped(&self.kind);
        match &**kind {
            tokens if tokens.iter().any(|token| is_punct(token, '&') || is_punct(token, '\'')) => {
                true
            }
            [.., TokenTree::Ident(name)] => COPY.iter().any(|known| name == known),
            _ => false,
        }
    }

    /// Whether its type is one of these generic parameters, or an `impl Trait`. Where such a type is moved, the compiler's
    /// own words are better: it would advise to bound the parameter by our trait.
    pub(crate) fn is_generic(&self, generics: &[String]) -> bool {
        match &**ungrouped(&self.kind) {
            [TokenTree::Ident(name)] => generics.iter().any(|generic| name == generic),
            [first, ..] => is_word(first, "impl"),
            [] => false,
        }
    }

    /// How often its type names a lifetime.
    pub(crate) fn count_lifetime(&self, lifetime: &Ident) -> usize {
        let tokens = if self.kind.is_empty() { &self.pattern } else { &self.kind };
        count_lifetime(tokens, lifetime)
    }

    /// `let name = name;`
    pub(crate) fn rebound(&self) -> TokenStream {
        let Parameter { attributes, .. } = self;
        let name = self.bare_pattern();
        hygienic!(#attributes let #name = #name;)
    }

    /// Whether something in it has this lifetime, but for the `&'lifetime mut` that it may be itself.
    pub(crate) fn holds(&self, lifetime: &Ident) -> bool {
        let is_exclusive = self.passed_by() == PassedBy::Exclusive && self.lasts(lifetime);
        self.count_lifetime(lifetime) > usize::from(is_exclusive)
    }

    /// Whether something behind it has this lifetime, and could be a part of what another parameter lends for as
    /// long: `&'other mut Vec<&'lifetime T>`.
    pub(crate) fn may_store(&self, lifetime: &Ident) -> bool {
        self.count_lifetime(lifetime) > usize::from(self.lasts(lifetime))
    }

    /// Whether it is a reference of this lifetime, or an `Option` of one.
    fn lasts(&self, lifetime: &Ident) -> bool {
        let tokens = ungrouped(if self.kind.is_empty() { &self.pattern } else { &self.kind });
        match of_option(&tokens).unwrap_or(&tokens) {
            [and, tick, TokenTree::Ident(name), ..] => {
                is_punct(and, '&') && is_punct(tick, '\'') && name == lifetime
            }
            _ => false,
        }
    }

    /// `Option<&mut T>`
    pub(crate) fn is_optional_exclusive(&self) -> bool {
        let kind = ungrouped(&self.kind);
        match of_option(&kind) {
            Some([and, tick, _, mutable, ..]) if is_punct(tick, '\'') => {
                is_punct(and, '&') && is_mut(mutable)
            }
            Some([and, mutable, ..]) => is_punct(and, '&') && is_mut(mutable),
            _ => false,
        }
    }

    /// `#[cfg(…)]` and the like.
    pub(crate) fn attributes(&self) -> &Tokens {
        &self.attributes
    }

    fn bare_pattern(&self) -> Tokens {
        self.pattern.iter().filter(|token| !is_mut(token)).cloned().collect()
    }

    /// The `mut` of a binding by value, at any depth: what it binds is changed where it is, and
    /// the next attempt finds it changed.
    pub(crate) fn mutable_binding(&self) -> Option<Ident> {
        mutable(&self.pattern, self.kind.is_empty())
    }

    /// Whether it lends what it is given exclusively, and for how long.
    pub(crate) fn exclusive(&self) -> Option<Exclusive> {
        let is_receiver = self.is_receiver();
        // `&mut self`, or `name: &mut Type`, `self: Pin<&mut Self>`.
        let tokens = ungrouped(if self.kind.is_empty() { &self.pattern } else { &self.kind });
        tokens.iter().enumerate().filter(|(_, token)| is_punct(token, '&')).find_map(
            |(index, _)| {
                let behind = tokens.get(index + 1..)?;
                let (lifetime, behind) = match behind {
                    [tick, TokenTree::Ident(lifetime), behind @ ..] if is_punct(tick, '\'') => {
                        (Some(lifetime.clone()), behind)
                    }
                    behind => (None, behind),
                };
                behind.first().is_some_and(is_mut).then_some(Exclusive { lifetime, is_receiver })
            },
        )
    }
}

impl ToTokens for Parameter {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Parameter { attributes, pattern, kind, .. } = self;
        attributes.to_tokens(tokens);
        pattern.to_tokens(tokens);
        if !kind.is_empty() {
            tokens.append(Punct::new(':', Spacing::Alone));
            kind.to_tokens(tokens);
        }
    }
}

/// What is in `Option<…>`, and the bracket behind it.
fn of_option(kind: &[TokenTree]) -> Option<&[TokenTree]> {
    let open = kind.iter().position(|token| is_punct(token, '<'))?;
    let (path, behind) = kind.split_at_checked(open)?;
    let is_option = path.last().is_some_and(|last| is_word(last, "Option"));
    behind.get(1..).filter(|_| is_option)
}

/// See [`Parameter::name`]. `shorthand`: there is no type, as behind `self` there need not be.
fn name(pattern: &[TokenTree], shorthand: bool) -> Option<Ident> {
    let mut tokens = pattern.iter().filter(|token| !is_mut(token));
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(name)), None) if name != "_" => Some(name.clone()),
        _ if shorthand => pattern.iter().find_map(|token| match token {
            TokenTree::Ident(word) if word == "self" => Some(word.clone()),
            _ => None,
        }),
        _ => None,
    }
}

fn is_mut(token: &TokenTree) -> bool {
    is_word(token, "mut")
}

/// A `mut` that no `&` stands before: in `&'a mut self` one does, and a lifetime. A `ref mut` lends
/// what is passed by value.
fn mutable(pattern: &[TokenTree], shorthand: bool) -> Option<Ident> {
    let mut by_reference = false;
    for token in pattern {
        match token {
            TokenTree::Ident(word) if word == "mut" && !by_reference => return Some(word.clone()),
            TokenTree::Ident(_) => by_reference = shorthand && by_reference,
            TokenTree::Punct(punct) => {
                by_reference = punct.as_char() == '&' || (punct.as_char() == '\'' && by_reference);
            }
            TokenTree::Group(group) => {
                if let Some(found) = mutable(&Tokens::from(group.stream()), false) {
                    return Some(found);
                }
                by_reference = false;
            }
            TokenTree::Literal(_) => by_reference = false,
        }
    }
    None
}

/// `&` without a lifetime behind it, or `'_`. One that is not written at all, as in `Ref<T>`,
/// doesn't show; one in `Fn(&T)` is that function's own.
pub(crate) fn elided_lifetime(tokens: &[TokenTree]) -> bool {
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        let previous = index.checked_sub(1).and_then(|previous| tokens.get(previous));
        let elided = match token {
            // A function type: what it takes, and what it returns, is its own.
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Parenthesis
                    && matches!(previous, Some(TokenTree::Ident(_))) =>
            {
                if next.is_some_and(|next| is_punct(next, '-')) {
                    return false;
                }
                false
            }
            TokenTree::Group(group) => elided_lifetime(&Tokens::from(group.stream())),
            token if is_punct(token, '&') => !next.is_some_and(|next| is_punct(next, '\'')),
            token if is_punct(token, '\'') => next.is_some_and(|next| is_word(next, "_")),
            _ => false,
        };
        if elided {
            return true;
        }
    }
    false
}

/// Whether the lifetime is named in the tokens.
pub(crate) fn names_lifetime(tokens: &[TokenTree], name: &Ident) -> bool {
    count_lifetime(tokens, name) > 0
}

/// How often the lifetime is named in the tokens.
pub(crate) fn count_lifetime(tokens: &[TokenTree], name: &Ident) -> usize {
    let mut after_tick = false;
    let counts = tokens.iter().map(|token| {
        let is_behind_tick = core::mem::take(&mut after_tick);
        match token {
            TokenTree::Group(group) => count_lifetime(&Tokens::from(group.stream()), name),
            TokenTree::Ident(word) => usize::from(is_behind_tick && word == name),
            TokenTree::Punct(punct) => {
                after_tick = punct.as_char() == '\'';
                0
            }
            TokenTree::Literal(_) => 0,
        }
    });
    counts.sum()
}
