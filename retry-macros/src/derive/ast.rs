//! The type under the derive, as far as it matters: names, attributes, types of fields.
//!
//! The compiler has parsed it before, and has taken out what a `#[cfg]` excludes.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::Error;

use crate::tokens::split_at_commas;
use crate::tokens::{Cursor, Tokens, is_group, is_punct, is_word, split_types, ungrouped};

pub(crate) struct Input {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: Ident,
    parameters: Vec<Tokens>,
    where_clause: TokenStream,
    pub(super) data: Data,
}

pub(super) enum Data {
    Struct(Fields),
    Enum(Vec<Variant>),
    /// By its keyword.
    Union(Ident),
}

pub(super) struct Variant {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: Ident,
    pub(super) fields: Fields,
}

#[derive(Default)]
pub(super) struct Fields {
    pub(super) list: Vec<Field>,
}

pub(super) struct Field {
    pub(super) attributes: Vec<Attribute>,
    /// A name, or the number of a field that has none.
    pub(super) member: TokenTree,
    /// What it is called in a pattern: `source`, or `_0`.
    pub(super) binding: Ident,
    pub(super) is_named: bool,
    pub(super) ty: TokenStream,
}

/// `path(arguments)`, of those whose path is one word; of others there is nothing to know here.
pub(super) struct Attribute {
    pub(super) name: Ident,
    pub(super) arguments: Option<Group>,
    /// Behind `=`.
    has_value: bool,
}

impl Attribute {
    /// Whether it has the arguments that helper attributes have, or none.
    pub(super) fn is_list(&self) -> bool {
        !self.has_value
    }
}

impl Input {
    pub(super) fn parse(item: TokenStream) -> Result<Input, Error> {
        let mut tokens = Cursor::new(item);
        let before = tokens
            .until(|token| ["struct", "enum", "union"].iter().any(|kind| is_word(token, kind)));
        let attributes = attributes(&before);
        let Some(TokenTree::Ident(kind)) = tokens.next() else {
            return Err(Error::new(Span::call_site(), "`Retryable` is for types"));
        };
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return Err(Error::new(kind.span(), "`Retryable` is for types that have a name"));
        };
        let is_struct = kind != "enum";
        let ends = |token: &TokenTree| {
            is_word(token, "where")
                || is_punct(token, ';')
                || is_group(token, Delimiter::Brace)
                || is_group(token, Delimiter::Parenthesis)
        };
        let generics = tokens.until(ends);
        // `struct S<T>(T) where …;` or `enum E<T> where … { … }`
        let mut rest = tokens.rest();
        let ends_in_braces = rest.last().is_some_and(|token| is_group(token, Delimiter::Brace));
        let body = ends_in_braces.then(|| rest.len() - 1);
        let body = if is_struct && rest.first().is_some_and(|t| is_group(t, Delimiter::Parenthesis))
        {
            Some(0)
        } else {
            body
        };
        let fields = match body.map(|body| rest.remove(body)) {
            Some(TokenTree::Group(body)) => Some(body),
            _ => None,
        };
        let where_clause = rest.into_iter().filter(|token| !is_punct(token, ';')).skip(1).collect();
        let data = match fields {
            Some(_) if kind == "union" => Data::Union(kind),
            Some(body) if is_struct => Data::Struct(Fields::parse(&body)),
            Some(body) => {
                Data::Enum(split_at_commas(body.stream()).into_iter().map(Variant::parse).collect())
            }
            None => Data::Struct(Fields::default()),
        };
        Ok(Input { attributes, name, parameters: parameters(&generics), where_clause, data })
    }

    /// `impl<…>`, `Name<…>` and the `where` of an `impl` that asks for more.
    pub(super) fn split(&self, bounds: &[TokenStream]) -> (TokenStream, TokenStream, TokenStream) {
        let name = &self.name;
        let parameters = self.parameters.iter().map(without_default);
        let arguments = self.parameters.iter().map(argument);
        let where_clause = &self.where_clause;
        let comma =
            where_clause.clone().into_iter().last().is_some_and(|last| !is_punct(&last, ','));
        let comma = comma.then(|| quote!(,));
        let implementation = hygienic!(<#(#parameters),*>);
        let ty = hygienic!(#name<#(#arguments),*>);
        let where_clause = if where_clause.is_empty() && bounds.is_empty() {
            TokenStream::new()
        } else {
            hygienic!(where #where_clause #comma #(#bounds),*)
        };
        (implementation, ty, where_clause)
    }

    /// Whether it is a single type, and no family of them.
    pub(super) fn has_no_parameters(&self) -> bool {
        self.parameters.is_empty()
    }

    /// Whether a word is the name of a generic type.
    pub(super) fn is_generic(&self, word: &Ident) -> bool {
        self.parameters.iter().any(|parameter| {
            let argument = argument(parameter);
            argument.into_iter().next().is_some_and(|token| is_word(&token, &word.to_string()))
        })
    }
}

/// The parameters between the angle brackets.
fn parameters(generics: &[TokenTree]) -> Vec<Tokens> {
    let [_, parameters @ .., _] = generics else { return Vec::new() };
    split_types(parameters.iter().cloned().collect::<Tokens>())
}

/// `T: Bound = Default` → `T: Bound`
fn without_default(parameter: &Tokens) -> Tokens {
    Cursor::new(parameter.clone()).until(|token| is_punct(token, '='))
}

/// `'a: 'b` → `'a`, `T: Bound` → `T`, `const N: usize` → `N`
fn argument(parameter: &Tokens) -> TokenStream {
    let name =
        Cursor::new(parameter.clone()).until(|token| is_punct(token, ':') || is_punct(token, '='));
    // Attributes of parameters have no place among arguments.
    let mut rest = Cursor::new(name).rest();
    while let [TokenTree::Punct(hash), TokenTree::Group(_), ..] = rest.as_slice() {
        if hash.as_char() != '#' {
            break;
        }
        rest.drain(..2);
    }
    rest.into_iter().filter(|token| !is_word(token, "const")).collect()
}

impl Variant {
    /// `#[attributes] Name`, `Name { … }` or `Name(…)`, and perhaps `= discriminant`.
    fn parse(tokens: Vec<TokenTree>) -> Variant {
        let mut before = Vec::new();
        let (mut name, mut fields) = (None, Fields::default());
        for token in tokens {
            match token {
                TokenTree::Ident(word) if name.is_none() => name = Some(word),
                token if name.is_none() => before.push(token),
                TokenTree::Group(group) => {
                    fields = Fields::parse(&group);
                    break;
                }
                _ => break,
            }
        }
        let name = name.unwrap_or_else(|| Ident::new("_", Span::call_site()));
        Variant { attributes: attributes(&before), name, fields }
    }
}

impl Fields {
    fn parse(body: &Group) -> Fields {
        let is_named = body.delimiter() == Delimiter::Brace;
        let fields = split_types(body.stream()).into_iter().enumerate();
        Fields {
            list: fields.map(|(index, tokens)| Field::parse(&tokens, index, is_named)).collect(),
        }
    }

    pub(super) fn named(&self, name: &str) -> Option<&Field> {
        self.list.iter().find(|field| field.member.to_string().trim_start_matches("r#") == name)
    }
}

impl Field {
    /// `#[attributes] pub name: Type` or `#[attributes] pub Type`
    fn parse(tokens: &[TokenTree], index: usize, is_named: bool) -> Field {
        let mut rest = tokens;
        while let [TokenTree::Punct(_), TokenTree::Group(_), more @ ..] = rest {
            rest = more;
        }
        let before = tokens.get(..tokens.len() - rest.len()).unwrap_or_default();
        // `$vis` of a `macro_rules!`, which may be nothing.
        if let [TokenTree::Group(group), more @ ..] = rest {
            let first = group.stream().into_iter().next();
            let is_visibility = first.is_none_or(|first| is_word(&first, "pub"));
            if group.delimiter() == Delimiter::None && is_visibility {
                rest = more;
            }
        }
        if let [TokenTree::Ident(word), more @ ..] = rest {
            if word == "pub" {
                rest = match more {
                    // `pub (Type)` has no such scope.
                    [TokenTree::Group(scope), more @ ..] if is_scope(scope) => more,
                    more => more,
                };
            }
        }
        let stream = |tokens: &[TokenTree]| tokens.iter().cloned().collect();
        match rest {
            [TokenTree::Ident(name), _colon, ty @ ..] if is_named => Field {
                attributes: attributes(before),
                member: name.clone().into(),
                binding: name.clone(),
                is_named,
                ty: stream(ty),
            },
            ty => {
                let mut member = Literal::usize_unsuffixed(index);
                let place = ty.first().map_or_else(Span::call_site, TokenTree::span);
                member.set_span(place);
                Field {
                    attributes: attributes(before),
                    member: member.into(),
                    binding: format_ident!("_{index}", span = Span::call_site()),
                    is_named,
                    ty: stream(ty),
                }
            }
        }
    }

    /// Whether it is the error that this one wraps, by the words of `thiserror` and `snafu`; `None` if
    /// they don't say.
    pub(super) fn is_source(&self) -> Option<bool> {
        self.attributes.iter().find_map(|attribute| {
            if attribute.name == "from" || attribute.name == "source" {
                return Some(true);
            }
            let arguments = attribute.arguments.as_ref().filter(|_| attribute.name == "snafu")?;
            split_types(arguments.stream()).into_iter().find_map(|argument| {
                let mut argument = argument.into_iter();
                argument.next().filter(|word| is_word(word, "source"))?;
                // `source(false)`
                let is_none = argument.next().is_some_and(|value| match value {
                    TokenTree::Group(value) => value.stream().to_string() == "false",
                    _ => false,
                });
                Some(!is_none)
            })
        })
    }
}

fn is_scope(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Parenthesis
        && first.is_some_and(|first| {
            ["crate", "self", "super", "in"].iter().any(|word| is_word(&first, word))
        })
}

/// `#[name(arguments)]`, one behind the other, and whatever else there is between them.
fn attributes(tokens: &[TokenTree]) -> Vec<Attribute> {
    let mut found = Vec::new();
    let mut after_hash = false;
    for token in tokens {
        if let (true, TokenTree::Group(group)) = (after_hash, token) {
            // `$(#[$meta])*` of a `macro_rules!` puts it into a group without delimiters.
            let inside = Tokens::from(group.stream());
            if let [TokenTree::Ident(name), rest @ ..] = &**ungrouped(&inside) {
                let arguments = match rest {
                    [TokenTree::Group(arguments)] => Some(arguments.clone()),
                    _ => None,
                };
                let has_value = arguments.is_none() && !rest.is_empty();
                found.push(Attribute { name: name.clone(), arguments, has_value });
            }
        }
        after_hash = is_punct(token, '#');
    }
    found
}
