package io.keywheel.experiments.rule;

/// Whose turn it is, and what to do.
public record Turn(Errand errand, Move.Decided move) {}
