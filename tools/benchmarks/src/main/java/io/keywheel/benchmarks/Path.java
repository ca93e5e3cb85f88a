package io.keywheel.benchmarks;

/// Which way the requests go.
public enum Path {
    /// No model is named: two providers share the keys.
    A,
    /// A model is named: one provider has them all.
    B
}
