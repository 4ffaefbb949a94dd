//! `object_store::Error`, by its variant, and by what it wraps.

/// A module for each version, whose type is another, with the same variants.
macro_rules! versions {
    ($($feature:literal $version:ident: $object_store:ident,)+) => {$(
        #[cfg(feature = $feature)]
        pub(in crate::classify) mod $version {
            use alloc::boxed::Box;

            use $object_store::Error;

            use crate::classify::errors::Sources;
            use crate::classify::retryability::Retryability;
            use crate::classify::timed_out::TimedOut;

            impl From<TimedOut> for Error {
                fn from(timed_out: TimedOut) -> Error {
                    Error::Generic { store: "reattempt", source: Box::new(timed_out) }
                }
            }

            pub(in crate::classify) fn classify(
                error: &Error,
                sources: &dyn Sources,
            ) -> Option<Retryability> {
                match error {
                    // What a store wraps is of types that it keeps to itself. Of what it has tried before this
                    // there is nothing in it.
                    Error::Generic { .. } => {
                        let said = sources.classify().or_else(|| sources.classify_by_words());
                        said.map(Retryability::forget_not_applied)
                    }
                    Error::NotFound { .. }
                    | Error::InvalidPath { .. }
                    | Error::NotSupported { .. }
                    | Error::AlreadyExists { .. }
                    | Error::Precondition { .. }
                    | Error::NotModified { .. }
                    | Error::PermissionDenied { .. }
                    | Error::Unauthenticated { .. } => Some(Retryability::permanent()),
                    _ => None,
                }
            }
        }
    )+};
}

versions! {
    "object_store-0_13" v0_13: object_store_0_13,
    "object_store-0_14" v0_14: object_store,
}
