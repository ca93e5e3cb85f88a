package io.keywheel.experiments.world;

import java.time.Instant;

/// What a client wants.
///
/// @param number from 0, in the order of arrival
/// @param tokens what it takes of a limit on tokens, its answer included
public record Request(int number, Instant arrivedAt, int tokens) {}
