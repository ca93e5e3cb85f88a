package io.keywheel.adapters.llm.sdk;

/// The features of a protocol besides text. A request that needs a missing one is `Unsupported`, and another
/// provider is called.
public enum Capability {
    TEMPERATURE,
    TOP_P,
    MAX_TOKENS,
    STOP,
    SEED,
    /// Several choices, `n`.
    CHOICES,
    IMAGES,
    /// The resolution at which a model reads an image, `detail`.
    IMAGE_DETAIL,
    /// Functions, their calls and their results.
    TOOLS,
    /// Whether a function must be called, and which one.
    TOOL_CHOICE,
    /// Function arguments that strictly follow their schema, `strict`.
    STRICT_TOOLS,
    /// Fields, parts and tools of any other kind.
    EXTRAS
}
