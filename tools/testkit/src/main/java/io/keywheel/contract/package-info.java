/// What an adapter for an LLM provider must pass, and the server that tries it.
///
/// [LlmPortContract] is the class to extend. Each of its parts, [Answers] to [FeatureSupport], is a list of checks;
/// each check is a sentence that begins with what the adapter does.
@NullMarked
package io.keywheel.contract;

import org.jspecify.annotations.NullMarked;
