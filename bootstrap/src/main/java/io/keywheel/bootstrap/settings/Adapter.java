package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.LlmProvider;

/// An LLM adapter and where it was found.
///
/// @param home in words: `module io.keywheel.adapters.llm`, or the name of a jar
record Adapter(LlmProvider provider, String home) {}
