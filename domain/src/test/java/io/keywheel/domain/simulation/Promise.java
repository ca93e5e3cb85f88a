package io.keywheel.domain.simulation;

/// What docs/rotation.md promises, as far as the referee can see it kept or broken.
enum Promise {
    ASKS_NO_KEY_TWICE,
    ASKS_NO_RESTING_KEY,
    ASKS_WHAT_IS_READY_FIRST,
    SENDS_ONE_TRIAL_AT_A_TIME,
    /// No more is pending at once for a key than is told of or proven.
    SENDS_NO_HERD,
    TRIES_EVERY_READY_KEY,
    NAMES_THE_EXACT_MOMENT,
    WAITS_ONLY_FOR_WHAT_IS_WORTH_IT,
    ENDS_WHEN_IT_MUST,
    SHARES_FAIRLY,
    USES_WHO_COMES_BACK,
    /// The later deadline wins, and only an answer that disproves it ends it.
    REMEMBERS,
    /// A success clears what it disproves.
    FORGETS_WHAT_IS_DISPROVED,
    /// Every unit taken from a bucket comes back or is spent.
    GIVES_BACK_WHAT_IS_NOT_SPENT,
    /// And a week at most.
    RESTS_NO_LONGER_THAN_ITS_PROVIDER_SAID,
    /// After the last request, and the longest rest, every key serves again.
    ENDS_AS_IT_BEGAN;

    Violation brokenBy(String what) {
        return new Violation(this, what);
    }

    /// A promise was broken.
    static final class Violation extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final Promise promise;

        private Violation(Promise promise, String what) {
            super(promise + " is broken: " + what);
            this.promise = promise;
        }

        Promise promise() {
            return promise;
        }
    }
}
