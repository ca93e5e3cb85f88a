package io.keywheel.simulator.wire;

public record Model(String id, String owner, int context, int output, boolean reasons) {}
