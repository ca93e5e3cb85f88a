package io.keywheel.simulator.wire;

/// An entry of a provider's list of models.
public record Model(String id, String owner, int context, int output, boolean reasons) {}
