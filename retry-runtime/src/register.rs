//! What an expansion says of itself, with the feature `registry` of the macros. That of this crate may be off then: see
//! [`scripted`](crate::call).

/// Makes an annotated function one of `sites()`. It is an item.
#[cfg(feature = "registry")]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($name:expr, $is_async:literal, $policy:expr, $deadline:expr) => {
        $crate::__private::registry::inventory::submit! {
            $crate::__private::registry::Written {
                name: $name,
                file: ::core::file!(),
                line: ::core::line!(),
                is_async: $is_async,
                policy: $policy,
                deadline: $deadline,
            }
        }
    };
}

/// Nothing.
#[cfg(not(feature = "registry"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($($said:tt)*) => {};
}
