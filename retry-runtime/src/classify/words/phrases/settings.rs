//! What programs say about settings that are wrong, often with the name of one: "invalid timeout: -3", "unknown option:
//! --timeout".

use super::super::Rank::Mild;
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("expected an integer", Mild),
    phrase("field is missing", Mild),
    phrase("invalid configuration", Mild),
    phrase("invalid duration", Mild),
    phrase("invalid option", Mild),
    phrase("invalid timeout", Mild),
    phrase("must be at least", Mild),
    phrase("must be at most", Mild),
    phrase("must be between", Mild),
    phrase("must be greater than", Mild),
    phrase("must be less than", Mild),
    phrase("must be positive", Mild),
    phrase("must not be empty", Mild),
    phrase("must not be negative", Mild),
    phrase("must not be zero", Mild),
    phrase("no timeout configured", Mild),
    phrase("unexpected argument", Mild),
    phrase("unknown argument", Mild),
    phrase("unknown flag", Mild),
    phrase("unknown option", Mild),
    phrase("unknown parameter", Mild),
    phrase("unknown setting", Mild),
    phrase("unrecognized argument", Mild),
    phrase("unrecognized option", Mild),
];
