package io.keywheel.experiments.world;

import java.time.Instant;

/// What a client wants.
///
/// @param number from 0, in the order of arrival
/// @param tokens what it takes of a limit on tokens, its answer included
/// @param estimate what the gateway takes these for
/// @param streamed whether the answer is to come as it is made, not as a whole
public record Request(int number, Instant arrivedAt, int tokens, int estimate, boolean streamed) {

    /// One that is estimated exactly, for a whole answer.
    public Request(int number, Instant arrivedAt, int tokens) {
        this(number, arrivedAt, tokens, tokens, false);
    }
}
