package io.keywheel.experiments;

import java.time.Instant;

/// What a client asks for.
///
/// @param number from 0, in the order of arrival
/// @param tokens what it takes of a limit on tokens, its answer included
/// @param estimate how many tokens the gateway expects
/// @param streamed whether its first content is reported before the whole answer
record Request(int number, Instant arrivedAt, int tokens, int estimate, boolean streamed) {}
