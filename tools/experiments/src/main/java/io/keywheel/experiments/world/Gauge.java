package io.keywheel.experiments.world;

import java.time.Duration;

/// What the headers of an answer say of one limit.
///
/// @param reset until nothing of the limit is used
/// @param evenly whether it is given back little by little until then
public record Gauge(String header, long limit, long remaining, Duration reset, boolean evenly) {}
