//! What is made of each row of the [table of options](crate::options).

macro_rules! options {
    ($(
        $(#[doc = $meaning:literal])+
        $key:ident $Key:ident: $ty:ty = $default:expr;
        takes $takes:literal, example $example:literal, known_as [$($alias:literal),*],
        $scope:ident, $(or $absent:literal,)? $(check $check:ident,)?
    )+) => {
        /// An option, by its name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "as the options")]
        pub enum Key {
            $($Key,)+
        }

        impl Key {
            /// All of them, in the order in which they are checked.
            pub const ALL: &'static [Key] = &[$(Key::$Key,)+];

            /// As it is written.
            pub const fn name(self) -> &'static str {
                match self { $(Key::$Key => stringify!($key),)+ }
            }

            /// The type of its value.
            pub const fn kind(self) -> Kind {
                match self { $(Key::$Key => <$ty as OptionType>::KIND,)+ }
            }

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Key::$Key => concat!($($meaning),+),)+ }
            }

            /// The values that it takes, for a table of the keys.
            pub const fn takes(self) -> &'static str {
                match self { $(Key::$Key => $takes,)+ }
            }

            /// What to write, for error messages.
            pub const fn example(self) -> &'static str {
                match self { $(Key::$Key => $example,)+ }
            }

            /// What other crates call it.
            pub const fn known_as(self) -> &'static [&'static str] {
                match self { $(Key::$Key => &[$($alias),*],)+ }
            }

            /// What holds where it is not given, if there is no default value.
            pub const fn absent(self) -> Option<&'static str> {
                match self { $(Key::$Key => options!(@absent $($absent)?),)+ }
            }

            /// Writes its default.
            #[allow(clippy::missing_errors_doc, reason = "as the formatter does")]
            pub fn write_default(self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Key::$Key => options!(@default formatter, $default $(, $absent)?),)+
                }
            }
        }

        /// The options that were given.
        #[derive(Clone, Copy)]
        pub(crate) struct Options {
            $(pub(crate) $key: Option<$ty>,)+
        }

        impl Options {
            pub(crate) const NONE: Options = Options { $($key: None,)+ };

            /// These, and those of `base` that are not among them.
            pub(crate) const fn over(self, base: Options) -> Options {
                Options { $($key: first(self.$key, base.$key),)+ }
            }

            /// Without those that shape the delays.
            pub(crate) const fn without_delays(self) -> Options {
                Options { $($key: options!(@if_limit $scope, self.$key),)+ }
            }

            /// As they are looked at by the rules.
            pub(crate) const fn draft(&self, is_code: bool) -> Draft {
                Draft { $($key: Known::of(self.$key),)+ is_code }
            }

            /// Takes an option out of its text.
            pub(crate) fn set(&mut self, key: Key, text: &str) -> Result<(), &'static str> {
                match key {
                    $(Key::$Key => self.$key = Some(OptionType::parse(text)?),)+
                }
                Ok(())
            }

            /// Takes the option that stands at the beginning of a text, as the macros write it. What follows,
            /// if it was one.
            pub(crate) fn set_setting<'a>(&mut self, text: &'a str) -> Option<&'a str> {
                $(if let Some(text) = text.strip_prefix(concat!(stringify!($key), "=")) {
                    let (value, rest) = OptionType::parse_setting(text)?;
                    self.$key = Some(value);
                    return Some(rest);
                })+
                None
            }

            /// Whether [`set_setting`](Options::set_setting) reads each of them.
            #[cfg(feature = "std")]
            pub(crate) fn are_settings(&self) -> bool {
                true $(&& self.$key.as_ref().is_none_or(OptionType::is_setting))+
            }

            pub(crate) const fn has(&self, key: Key) -> bool {
                match key { $(Key::$Key => self.$key.is_some(),)+ }
            }

            /// Writes the value of an option that was given.
            pub(crate) fn write(
                &self,
                key: Key,
                formatter: &mut fmt::Formatter<'_>,
            ) -> fmt::Result {
                match key {
                    $(Key::$Key => self.$key.map_or(Ok(()), |value| value.write(formatter)),)+
                }
            }
        }

        /// The options of a policy before they have been checked.
        #[derive(Debug, Clone, Copy)]
        #[allow(missing_docs, reason = "as the options")]
        pub struct Draft {
            $(pub $key: Known<$ty>,)+
            /// It stands in the code, where an option without an effect is a mistake. Configuration may
            /// say, for instance, one attempt: that is how it switches retries off.
            pub is_code: bool,
        }

        impl Draft {
            /// A draft in which nothing was given, or nothing is known.
            pub const fn new(base_is_unknown: bool) -> Draft {
                Draft {
                    $($key: if base_is_unknown { Known::Unknown } else { Known::No },)+
                    is_code: true,
                }
            }

            /// Takes a value that is known.
            pub fn set(&mut self, key: Key, value: Value) {
                match key {
                    $(Key::$Key => if let Some(value) = OptionType::from_value(value) {
                        self.$key = Known::Value(value);
                    },)+
                }
            }

            /// Takes note of a value that only the compiler can evaluate.
            pub fn set_expression(&mut self, key: Key) {
                match key { $(Key::$Key => self.$key = Known::Expression,)+ }
            }

            /// The first thing that is wrong with an option: what, why, and what to write instead.
            ///
            /// A rule about two options is answered by one of them only, one that was given.
            pub const fn problem(&self, key: Key) -> Option<Problem> {
                match key { $(Key::$Key => options!(@check self $($check)?),)+ }
            }
        }

        impl PolicyBuilder {
            $(
                $(#[doc = $meaning])+
                ///
                #[doc = concat!("It takes ", $takes, ". See [`Policy::", stringify!($key), "`] for the default.")]
                pub const fn $key(mut self, $key: $ty) -> PolicyBuilder {
                    self.options.$key = Some($key);
                    self
                }
            )+

            /// Sets an option, whichever it is.
            #[doc(hidden)]
            pub fn set(mut self, key: Key, value: Value) -> PolicyBuilder {
                match key { $(Key::$Key => self.options.$key = OptionType::from_value(value),)+ }
                self
            }
        }

        impl Policy {
            $(options! { @getter $key: $ty = $default $(, $absent)?; $($meaning)+ })+
        }

        /// With the values that are in force.
        impl fmt::Debug for Policy {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .debug_struct("Policy")
                    $(.field(stringify!($key), &self.$key()))+
                    .finish()
            }
        }
    };
    // The number of attempts has a default that depends on the backoff: see `policy.rs`.
    (@getter max_attempts: $ty:ty = $default:expr; $($meaning:literal)+) => {};
    (@getter $key:ident: $ty:ty = $default:expr, $absent:literal; $($meaning:literal)+) => {
        $(#[doc = $meaning])+
        #[doc = concat!(" By default: ", $absent, ".")]
        pub const fn $key(&self) -> Option<$ty> {
            self.options.$key
        }
    };
    (@getter $key:ident: $ty:ty = $default:expr; $($meaning:literal)+) => {
        $(#[doc = $meaning])+
        #[doc = concat!("`", stringify!($default), "` by default.")]
        pub const fn $key(&self) -> $ty {
            or(self.options.$key, $default)
        }
    };
    (@default $formatter:ident, $default:expr) => { OptionType::write($default, $formatter) };
    // An option may have no value by default.
    (@default $formatter:ident, $default:expr, $absent:literal) => {
        $formatter.write_str($absent)
    };
    (@absent) => { None };
    (@absent $absent:literal) => { Some($absent) };
    // An option may have nothing to check.
    (@check $draft:ident) => { None };
    (@check $draft:ident $check:ident) => { $draft.$check() };
    (@if_limit limit, $option:expr) => { $option };
    (@if_limit delay, $option:expr) => { None };
}

pub(crate) use options;
