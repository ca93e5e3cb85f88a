package io.keywheel.domain.chat;

/// A model's wish to have a function called.
///
/// @param arguments the arguments as JSON text, exactly as the model wrote it: it may not be valid JSON
public record ToolCall(String id, String name, String arguments) {}
