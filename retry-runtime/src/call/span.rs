//! A span for each attempt, which `span` asks for.

#[cfg(feature = "tracing")]
use crate::engine::Engine;
#[cfg(feature = "tracing")]
use crate::scope::future::RunsInside;

/// An attempt runs inside of what `I` is, and of a span of its own.
#[allow(missing_debug_implementations, unnameable_types, reason = "only generated code sees it")]
#[cfg(feature = "tracing")]
pub struct InSpan<I> {
    inside: I,
    span: tracing::Span,
}

/// For the attempt that begins, of the operation of this name: a span `attempt` with both as its fields. An OpenTelemetry layer
/// shows it as `module::function attempt`.
#[cfg(feature = "tracing")]
pub(crate) fn in_span<I>(inside: I, operation: &str, engine: &Engine) -> InSpan<I> {
    let attempt = engine.failures().saturating_add(1);
    let span = tracing::info_span!(
        target: "reattempt",
        "attempt",
        operation,
        attempt,
        otel.name = format_args!("{operation} attempt"),
    );
    InSpan { inside, span }
}

#[cfg(feature = "tracing")]
impl<I: RunsInside> RunsInside for InSpan<I> {
    type Entered<'a>
        = (tracing::span::Entered<'a>, I::Entered<'a>)
    where
        I: 'a;

    fn enter(&self) -> (tracing::span::Entered<'_>, I::Entered<'_>) {
        (self.span.enter(), self.inside.enter())
    }
}

/// What a span needs.
#[cfg(not(feature = "tracing"))]
#[diagnostic::on_unimplemented(
    message = "`span` makes spans of the crate `tracing`, and the feature `tracing` of `reattempt` is not enabled",
    label = "no spans without `tracing`",
    note = "enable the feature `tracing` of `reattempt`, or remove `span`"
)]
#[allow(unnameable_types, reason = "it is there for its message")]
pub trait NeedsTracing {}
