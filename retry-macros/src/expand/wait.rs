//! The wait before the next attempt, and the timer that cuts one off.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::outcome::OutcomeCheck;
use super::output::Output;
use super::site::{Site, cancellation};
use crate::model::Setting;
use crate::plan::Wait;
use crate::tokens::callable;

impl Output<'_> {
    /// A function from nothing to when the attempt is cut off, as things are then.
    pub(super) fn cut_off(&self, site: &Site<'_>) -> TokenStream {
        let (runtime, clock) = (self.runtime(), site.clock());
        if self.options.stall_timeout.is_none() {
            // By value: a reference to it would be eight bytes more in the future.
            return hygienic!(move || __cut_off);
        }
        hygienic! {
            || #runtime::more::CutOff::stall(
                __cut_off,
                __stall,
                #runtime::more::moved_at(#runtime::Context::moved_ago(&__context), #clock),
            )
        }
    }

    /// A function from a moment to a timer until then.
    pub(super) fn sleep_until(&self) -> TokenStream {
        let runtime = self.runtime();
        let Some(sleep) = self.options.sleep.as_ref().filter(|_| self.plan.wait != Wait::Default)
        else {
            return hygienic!(#runtime::more::sleep_until);
        };
        let place = sleep.span().resolved_at(Span::mixed_site());
        let (runtime, timer) = (self.runtime().at(place), &sleep.tokens);
        if self.plan.wait == Wait::Timer {
            return quote_spanned! {place=>
                |__until| #runtime::more::user_sleep_until(#runtime::Timer::sleep(
                    #runtime::timer(&#timer),
                    #runtime::more::remaining(__until, #runtime::timer_clock(&#timer)),
                ))
            };
        }
        let function = callable(timer, place);
        quote_spanned! {place=>
            |__until| #runtime::more::user_sleep_until(#function(
                #runtime::more::remaining(__until, #runtime::Clock::Timer(&#runtime::SystemClock)),
            ))
        }
    }

    /// The wait, as one of the two parts of `call!` for it.
    pub(super) fn wait(&self, site: &Site<'_>, check: &OutcomeCheck<'_>) -> TokenStream {
        let is_async = self.function.is_async;
        // An attempt that is timed begins when the wait is over.
        let begins = self.plan.may_reset.then(|| {
            let (runtime, clock) = (self.runtime(), site.clock());
            hygienic! {
                __attempt_began_at = ::core::option::Option::map(
                    __began_at,
                    |_| #runtime::more::Moment::now(#clock),
                );
            }
        });
        if self.options.may_end_waiting() {
            let reason = self.ending_wait(site);
            let ended = check.ended_waiting(site, &reason);
            return hygienic!(wait { #ended #begins });
        }
        let (Some(sleep), false) = (&self.options.sleep, self.plan.wait == Wait::Default) else {
            let runtime = self.runtime();
            // A missing timer is blamed on the attribute, which is where one can be given.
            return match (is_async, begins) {
                (true, None) => hygienic!(sleep sleep await),
                (false, None) => hygienic!(sleep sleep_blocking),
                (true, begins) => hygienic!(wait { #runtime::sleep(&__state).await; #begins }),
                (false, begins) => hygienic!(wait { #runtime::sleep_blocking(&__state); #begins }),
            };
        };
        let wait = self.plain_wait();
        let place = sleep.span().resolved_at(Span::mixed_site());
        quote_spanned!(place=> wait { #wait; #begins })
    }

    /// The call of the user's timer.
    fn user_sleep(&self, sleep: &Setting<()>) -> TokenStream {
        let place = sleep.span().resolved_at(Span::mixed_site());
        let (runtime, timer) = (self.runtime().at(place), &sleep.tokens);
        let delay = quote_spanned!(place=> #runtime::more::delay(&__state));
        if self.plan.wait == Wait::Timer {
            quote_spanned!(place=> #runtime::Timer::sleep(#runtime::timer(&#timer), #delay))
        } else {
            let function = callable(timer, place);
            quote_spanned!(place=> #function(#delay))
        }
    }

    /// A wait that may end the call, as an expression for why it does, if it does.
    fn ending_wait(&self, site: &Site<'_>) -> TokenStream {
        let runtime = &self.runtime();
        let cancelled = self.options.cancel.as_ref().map(|cancel| {
            let is_cancelled = self.cancellable_wait(cancel);
            hygienic! {
                if #is_cancelled {
                    break ::core::option::Option::Some(#runtime::more::GiveUpReason::Cancelled);
                }
            }
        });
        let wait = cancelled.unwrap_or_else(|| {
            let wait = self.plain_wait();
            hygienic!(#wait;)
        });
        if self.options.brake.is_none() {
            return hygienic!(loop {
                #wait
                break ::core::option::Option::None;
            });
        }
        let operation = site.operation_when_cancelled();
        hygienic!(loop {
            #wait
            match #runtime::more::turn(&mut __state, #operation) {
                #runtime::more::TurnOver::Try => break ::core::option::Option::None,
                #runtime::more::TurnOver::Wait => {}
                #runtime::more::TurnOver::GiveUp(__reason) => {
                    break ::core::option::Option::Some(__reason);
                }
            }
        })
    }

    /// A wait that nothing ends.
    fn plain_wait(&self) -> TokenStream {
        let runtime = &self.runtime();
        let is_async = self.function.is_async;
        let sleep = self.options.sleep.as_ref().filter(|_| self.plan.wait != Wait::Default);
        let Some(sleep) = sleep else {
            return if is_async {
                hygienic!(#runtime::sleep(&__state).await)
            } else {
                hygienic!(#runtime::sleep_blocking(&__state))
            };
        };
        let place = sleep.span().resolved_at(Span::mixed_site());
        let (runtime, sleep) = (self.runtime().at(place), self.user_sleep(sleep));
        if is_async {
            quote_spanned!(place=> #runtime::user_sleep(#sleep).await)
        } else {
            quote_spanned!(place=> #runtime::user_sleep_blocking(#sleep))
        }
    }

    /// A wait that may be cancelled, as an expression for whether it was.
    fn cancellable_wait(&self, cancel: &Setting<()>) -> TokenStream {
        let place = cancel.span().resolved_at(Span::mixed_site());
        let (runtime, at_place, written) =
            (&self.runtime(), self.runtime().at(place), &cancel.tokens);
        let sleep = self.options.sleep.as_ref().filter(|_| self.plan.wait != Wait::Default);
        if !self.function.is_async {
            return match sleep {
                None => quote_spanned! {place=>
                    #at_place::more::wait_blocking_or(#runtime::more::delay(&__state), &(#written))
                },
                Some(sleep) => {
                    let sleep = self.user_sleep(sleep);
                    quote_spanned! {place=>
                        #at_place::more::user_wait_blocking_or(
                            &(#written),
                            || #runtime::user_sleep_blocking(#sleep),
                        )
                    }
                }
            };
        }
        let sleep = match sleep {
            None => hygienic!(#runtime::sleep(&__state)),
            Some(sleep) => {
                let sleep = self.user_sleep(sleep);
                hygienic!(#runtime::user_sleep(#sleep))
            }
        };
        let cancel = cancellation(runtime, cancel);
        hygienic!(#runtime::more::wait_or(#sleep, #cancel).await)
    }
}
