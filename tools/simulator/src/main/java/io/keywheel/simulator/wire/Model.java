package io.keywheel.simulator.wire;

/// A model as a provider lists it.
public record Model(String id, String owner, int context, int output, boolean reasons) {}
