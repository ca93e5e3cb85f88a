package io.keywheel.experiments.simulation;

import java.time.Instant;

/// What a client asks for.
///
/// @param number from 0, in the order of arrival
/// @param tokens what it takes of a limit on tokens, its answer included
/// @param estimate how many tokens the gateway expects
/// @param streamed whether its first content is reported before the whole answer
/// @param conversation the one that it continues; 0 for none
/// @param prompt how many of the tokens are its prompt, which begins with all that was said in the conversation; 0
///     without one
public record Request(
        int number, Instant arrivedAt, int tokens, int estimate, boolean streamed, long conversation, int prompt) {

    public Request(int number, Instant arrivedAt, int tokens, int estimate, boolean streamed) {
        this(number, arrivedAt, tokens, estimate, streamed, 0, 0);
    }
}
