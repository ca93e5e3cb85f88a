/// The contract tests of LLM adapters, and their scripted server.
///
/// [LlmPortContract] is the class to extend. Each of its parts, [Answers] to [FeatureSupport], contains checks,
/// whose names say what the adapter does.
@NullMarked
package io.keywheel.contract;

import org.jspecify.annotations.NullMarked;
