package io.keywheel.soak;

/// What the gateway held at a moment that has a name.
///
/// @param upstream connections to the providers
record Checkpoint(String name, Vitals vitals, int upstream) {}
