package io.keywheel.experiments.rotation;

import java.time.Duration;

/// How fast providers are.
///
/// @param refusal how long a 429 takes at least; it may take twice as long
/// @param answer how long an answer takes in the median
record Pace(Duration refusal, Duration answer) {

    static final Pace USUAL = new Pace(Duration.ofMillis(30), Duration.ofMillis(400));

    Pace refusingAfter(Duration other) {
        return new Pace(other, answer);
    }

    Pace answeringAfter(Duration other) {
        return new Pace(refusal, other);
    }
}
