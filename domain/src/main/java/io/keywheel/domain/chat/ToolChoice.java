package io.keywheel.domain.chat;

/// Whether a model is to call tools.
public sealed interface ToolChoice {

    /// Any tool, or none.
    enum Mode implements ToolChoice {
        /// The model decides.
        AUTO,
        NONE,
        /// At least one.
        REQUIRED
    }

    /// This function.
    record Function(String name) implements ToolChoice {}

    /// A choice that not all providers support.
    ///
    /// @param json the choice as JSON text
    record Other(String json) implements ToolChoice {}
}
