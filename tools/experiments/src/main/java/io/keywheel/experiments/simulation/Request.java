package io.keywheel.experiments.simulation;

import java.time.Instant;

/// A client's request.
///
/// @param number from 0, in the order of arrival
/// @param tokens the tokens that count towards limits, including the answer
/// @param estimate the gateway's estimate of `tokens`
/// @param streamed whether its first content is reported before the whole answer
/// @param conversation the conversation that it continues; 0 for none
/// @param prompt the tokens of the prompt, which begins with the conversation so far; 0 without a conversation
public record Request(
        int number, Instant arrivedAt, int tokens, int estimate, boolean streamed, long conversation, int prompt) {

    public Request(int number, Instant arrivedAt, int tokens, int estimate, boolean streamed) {
        this(number, arrivedAt, tokens, estimate, streamed, 0, 0);
    }
}
