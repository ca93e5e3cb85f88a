package io.keywheel.simulator.wire;

/// What a request may have wrong, for which each provider has its own words.
public enum Mistake {
    /// A key that is not known.
    KEY,
    /// More than a model's context: the length, and the limit.
    LENGTH,
    /// A property that is not known: its name.
    PROPERTY,
    /// A path that is not served: the method, and the path.
    PATH,
    /// A method that the path does not have.
    METHOD,
    /// A model that is not served: its id.
    MODEL
}
