//! What lets a worker end while jobs of it wait between two attempts.

use std::task::{Context, Poll};

use apalis::prelude::{BoxDynError, Layer, Service, WorkerContext};

/// Inside of the layer that retries: no job begins another attempt once its worker is to end, but fails, and the queue gives it
/// to another worker.
///
/// Without it a worker that is asked to end never does, if a job of it waits then: `tower`'s layer asks the service whether it is
/// ready before each attempt, and that of apalis 1.0 is never ready again. With apalis' own `BackoffRetryPolicy` it is the same.
#[derive(Debug, Clone)]
pub(crate) struct NoMoreAttempts(pub(crate) WorkerContext);

impl<S> Layer<S> for NoMoreAttempts {
    type Service = UntilTheEnd<S>;

    fn layer(&self, service: S) -> UntilTheEnd<S> {
        UntilTheEnd { service, worker: self.0.clone() }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct UntilTheEnd<S> {
    service: S,
    worker: WorkerContext,
}

impl<Q, S: Service<Q, Error = BoxDynError>> Service<Q> for UntilTheEnd<S> {
    type Response = S::Response;
    type Error = BoxDynError;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxDynError>> {
        if self.worker.is_shutting_down() {
            return Poll::Ready(Err("its worker is to end".into()));
        }
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Q) -> S::Future {
        self.service.call(request)
    }
}
