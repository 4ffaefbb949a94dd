//! `reqwest::Error`, by the phase of the request that failed, and by what it wraps.

/// A module for each version, whose type is another, with the same methods.
macro_rules! versions {
    ($($feature:literal $version:ident: $reqwest:ident,)+) => {$(
        #[cfg(feature = $feature)]
        pub(in crate::classify) mod $version {
            use $reqwest::Error;

            use crate::classify::errors::Sources;
            #[cfg(not(target_family = "wasm"))]
            use crate::classify::errors::http_client::connecting;
            use crate::classify::retryability::Retryability;
            use crate::classify::tables::http_status;

            pub(in crate::classify) fn classify(
                error: &Error,
                sources: &dyn Sources,
            ) -> Option<Retryability> {
                by_phase(error, sources).map(Retryability::forget_not_applied)
            }

            fn by_phase(error: &Error, sources: &dyn Sources) -> Option<Retryability> {
                if let Some(code) = error.status() {
                    return http_status::classify(code.as_u16());
                }
                if error.is_builder() {
                    return Some(Retryability::permanent());
                }
                #[cfg(not(target_family = "wasm"))]
                if error.is_connect() {
                    return Some(connecting(sources));
                }
                if error.is_timeout() {
                    return Some(Retryability::transient());
                }
                #[cfg(not(target_family = "wasm"))]
                if error.is_redirect() || error.is_upgrade() {
                    return Some(Retryability::permanent());
                }
                // A connection that was lost, or a body that was cut off, or one that is not what it should be.
                let by_source = sources.classify();
                let is_lost = error.is_request() || error.is_body();
                Some(by_source.unwrap_or(Retryability::from(is_lost)))
            }
        }
    )+};
}

versions! {
    "reqwest-0_12" v0_12: reqwest_0_12,
    "reqwest-0_13" v0_13: reqwest,
}
