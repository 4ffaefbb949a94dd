//! What programs say about settings that are wrong, often with the name of one: "invalid timeout: -3", "unknown option:
//! --timeout".

use super::super::Rank::Permanent;
use super::{Phrase, phrase};

pub(super) const PHRASES: &[Phrase] = &[
    phrase("expected an integer", Permanent),
    phrase("field is missing", Permanent),
    phrase("invalid configuration", Permanent),
    phrase("invalid duration", Permanent),
    phrase("invalid option", Permanent),
    phrase("invalid timeout", Permanent),
    phrase("must be at least", Permanent),
    phrase("must be at most", Permanent),
    phrase("must be between", Permanent),
    phrase("must be greater than", Permanent),
    phrase("must be less than", Permanent),
    phrase("must be positive", Permanent),
    phrase("must not be empty", Permanent),
    phrase("must not be negative", Permanent),
    phrase("must not be zero", Permanent),
    phrase("no timeout configured", Permanent),
    phrase("unexpected argument", Permanent),
    phrase("unknown argument", Permanent),
    phrase("unknown flag", Permanent),
    phrase("unknown option", Permanent),
    phrase("unknown parameter", Permanent),
    phrase("unknown setting", Permanent),
    phrase("unrecognized argument", Permanent),
    phrase("unrecognized option", Permanent),
];
