package io.keywheel.experiments.simulation;

/// One API key.
///
/// @param place from 1, among its provider's keys
/// @param organisation whose limits it counts against
public record Key(String provider, int place, String organisation) {}
