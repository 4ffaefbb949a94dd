//! `sqlx::Error`, by the database's code.

/// A module for each version, whose type is another, with the same variants.
macro_rules! versions {
    ($($feature:literal $mysql:literal $version:ident: $sqlx:ident,)+) => {$(
        #[cfg(feature = $feature)]
        pub(in crate::classify) mod $version {
            use $sqlx::Error;
            use $sqlx::error::DatabaseError;

            use crate::classify::errors::Sources;
            use crate::classify::retryability::Retryability;
            use crate::classify::tables::sql;
            use crate::classify::timed_out::TimedOut;

            /// An I/O error of the kind `TimedOut`.
            impl From<TimedOut> for Error {
                fn from(timed_out: TimedOut) -> Error {
                    Error::Io(timed_out.into())
                }
            }

            pub(in crate::classify) fn classify(
                error: &Error,
                _: &dyn Sources,
            ) -> Option<Retryability> {
                match error {
                    Error::Database(error) => {
                        Some(by_database(&**error).unwrap_or(Retryability::permanent()))
                    }
                    // No connection of the pool became free in time.
                    Error::PoolTimedOut => Some(Retryability::throttled().not_applied()),
                    Error::WorkerCrashed => Some(Retryability::transient()),
                    // What it wraps is asked next, an `io::Error` among others.
                    _ => None,
                }
            }

            fn by_database(error: &dyn DatabaseError) -> Option<Retryability> {
                #[cfg(feature = $mysql)]
                if let Some(error) = error.try_downcast_ref::<$sqlx::mysql::MySqlDatabaseError>() {
                    if let Some(known) = sql::by_mysql(error.number()) {
                        return Some(known);
                    }
                }
                let code = error.code()?;
                match code.parse() {
                    // SQLSTATE has five characters, the largest code of SQLite four.
                    Ok(number) if code.len() < 5 => sql::by_sqlite(number),
                    _ => sql::by_sqlstate(&code),
                }
            }
        }
    )+};
}

versions! {
    "sqlx-0_8" "sqlx-0_8-mysql" v0_8: sqlx_0_8,
    "sqlx-0_9" "sqlx-0_9-mysql" v0_9: sqlx,
}
