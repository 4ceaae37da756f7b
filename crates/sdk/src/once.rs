//! What is made once and shared, also where a fork may come at any moment.

use std::sync::OnceLock;

/// What is in the cell, made if it is empty.
///
/// `get_or_init` holds the cell's lock while the value is made, and a fork meanwhile leaves it held in the child for ever.
/// Here the lock is held only while the value is put in; two threads may both make one, and the first counts.
pub(crate) fn once<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    if let Some(value) = cell.get() {
        return value;
    }
    let value = make();
    cell.get_or_init(|| value)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn nobody_waits_for_a_value_that_is_being_made() {
        let (cell, began, is_over) = (OnceLock::new(), Barrier::new(2), Barrier::new(2));
        std::thread::scope(|scope| {
            let slow = scope.spawn(|| {
                *once(&cell, || {
                    began.wait();
                    is_over.wait();
                    1
                })
            });
            began.wait();
            assert_eq!(*once(&cell, || 2), 2);
            is_over.wait();
            assert_eq!(slow.join().unwrap(), 2);
        });
    }
}
