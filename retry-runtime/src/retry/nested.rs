//! Retried calls inside of the attempts of another one.

/// What becomes of retried calls inside of the attempts of one that is being retried itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Nested {
    /// Each is retried by its own policy, so that the attempts multiply: 3 and 3 make 9 calls.
    #[default]
    All,
    /// Each runs once while the outer one makes an attempt after its first, so that they add up: 3 and 3 make 5.
    Once,
}
