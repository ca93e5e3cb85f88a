package io.keywheel.simulator.wire;

/// Mistakes in a request for which each provider has its own error.
public enum Mistake {
    KEY,
    /// The prompt exceeds the model's context. Details: the length, and the limit.
    LENGTH,
    /// An unknown property. Detail: its name.
    PROPERTY,
    /// A value that the provider does not accept. Details: the whole message, and its first word.
    VALUE,
    /// An unknown path. Details: the method, and the path.
    PATH,
    /// A method that the path does not support.
    METHOD,
    /// An unknown model. Detail: its id.
    MODEL
}
