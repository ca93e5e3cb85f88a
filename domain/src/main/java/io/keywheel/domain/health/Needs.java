package io.keywheel.domain.health;

/// What calls have needed of late, in tokens: for the one that comes next, of which nothing is known.
///
/// @param largest fades with each call that needs less
record Needs(long mean, long largest) {

    static final Needs UNKNOWN = new Needs(0, 0);

    private static final int CALLS_OF_LATE = 16;
    private static final int FADING = 100;

    Needs after(long need) {
        return new Needs(
                mean + (need - mean) / (mean == 0 ? 1 : CALLS_OF_LATE), Math.max(need, largest - largest / FADING));
    }

    /// What is known of one that two turn out to be.
    Needs and(Needs other) {
        return new Needs(Math.max(mean, other.mean), Math.max(largest, other.largest));
    }
}
