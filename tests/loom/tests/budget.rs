//! The bucket of a budget, by three threads.

use loom::sync::Arc;
use loom::thread;
use reattempt_loom::Cell;
use reattempt_runtime::__private::model::{SharedCell, deposit, take, withdraw};

const CAPACITY: u32 = 2_000;

#[test]
fn of_two_tokens_three_threads_get_two() {
    loom::model(|| {
        let missing = Arc::new(Cell::new(0));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let missing = Arc::clone(&missing);
                thread::spawn(move || u32::from(withdraw(&*missing, 1_000, CAPACITY)))
            })
            .collect();
        let mut taken = u32::from(withdraw(&*missing, 1_000, CAPACITY));
        taken += threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u32>();
        assert_eq!((taken, missing.load()), (2, CAPACITY));
    });
}

#[test]
fn what_is_put_back_is_neither_lost_nor_more_than_fits() {
    loom::model(|| {
        let missing = Arc::new(Cell::new(1_500));
        let depositing = {
            let missing = Arc::clone(&missing);
            thread::spawn(move || deposit(&*missing, 600))
        };
        let withdrawing = {
            let missing = Arc::clone(&missing);
            thread::spawn(move || u32::from(withdraw(&*missing, 1_000, CAPACITY)))
        };
        deposit(&*missing, 100);
        depositing.join().unwrap();
        let taken = withdrawing.join().unwrap();
        // Whether there was enough depends on who came first; what is left doesn't.
        assert_eq!(missing.load(), 1_500 - 700 + 1_000 * taken);
    });
}

#[test]
fn a_full_bucket_stays_full() {
    loom::model(|| {
        let missing = Arc::new(Cell::new(50));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let missing = Arc::clone(&missing);
                thread::spawn(move || deposit(&*missing, 100))
            })
            .collect();
        // Of what two threads brought, 50 fitted.
        let fitted: u32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
        assert_eq!((fitted, missing.load()), (50, 0));
    });
}

#[test]
fn what_moves_is_neither_lost_nor_more() {
    loom::model(|| {
        let missing = Arc::new(Cell::new(1_000));
        let taking = {
            let missing = Arc::clone(&missing);
            thread::spawn(move || take(&*missing, 700, CAPACITY))
        };
        let taken = take(&*missing, 700, CAPACITY);
        let taken = taken + taking.join().unwrap();
        assert_eq!((taken, missing.load()), (1_000, CAPACITY));
        assert_eq!((deposit(&*missing, 3_000), missing.load()), (CAPACITY, 0));
    });
}
