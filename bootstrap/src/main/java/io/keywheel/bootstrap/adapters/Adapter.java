package io.keywheel.bootstrap.adapters;

import io.keywheel.application.port.out.LlmProvider;

/// An LLM adapter and its location.
///
/// @param home for messages: `module io.keywheel.adapters.llm`, or the file name of a jar
public record Adapter(LlmProvider provider, String home) {}
