package io.keywheel.domain.chat;

/// Whether a model is to call tools.
public sealed interface ToolChoice {

    /// Any tool, or none.
    enum Mode implements ToolChoice {
        /// As the model sees fit.
        AUTO,
        NONE,
        /// One at least.
        REQUIRED
    }

    /// This function.
    record Function(String name) implements ToolChoice {}

    /// What not all providers have a word for.
    ///
    /// @param json the choice as JSON text
    record Other(String json) implements ToolChoice {}
}
