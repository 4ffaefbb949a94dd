//! Finding one's way in tokens that nobody has parsed.

mod basics;
mod cursor;
mod expressions;
mod makers;
mod moves;
mod scan;
mod split;

pub(crate) use basics::{Tokens, Trees, is_group, is_punct, is_word};
pub(crate) use cursor::{Angles, Cursor};
pub(crate) use expressions::{
    binds_nothing, callable, compares, first_span, is_assigned, is_closure, is_keyword, is_path,
    is_place, is_simple_path, is_timer, reborrow_self, rename_self, takes_trait_object, ungrouped,
};
pub(crate) use makers::{makes_something, without_reference};
pub(crate) use moves::{is_in_macro, may_capture, may_move, moved_at};
pub(crate) use scan::{
    has_text, idents, may_return_early, mentions, reads_variable, uses_variable,
};
pub(crate) use split::{split_at_commas, split_types};
