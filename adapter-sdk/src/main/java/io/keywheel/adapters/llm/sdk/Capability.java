package io.keywheel.adapters.llm.sdk;

/// What a protocol can express beside text. A request for anything else is `Unsupported`, and another provider is
/// asked.
public enum Capability {
    TEMPERATURE,
    TOP_P,
    MAX_TOKENS,
    STOP,
    SEED,
    /// Several choices, `n`.
    CHOICES,
    IMAGES,
    /// How closely a model looks at an image, `detail`.
    IMAGE_DETAIL,
    /// Functions, their calls and their results.
    TOOLS,
    /// Whether a function must be called, and which one.
    TOOL_CHOICE,
    /// Arguments of functions that keep to their schema, `strict`.
    STRICT_TOOLS,
    /// Fields, parts and tools of any other kind.
    EXTRAS
}
