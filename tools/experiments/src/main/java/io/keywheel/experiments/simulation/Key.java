package io.keywheel.experiments.simulation;

/// One API key.
///
/// @param place from 1, among its provider's keys
/// @param organisation the organisation whose limits apply
public record Key(String provider, int place, String organisation) {}
