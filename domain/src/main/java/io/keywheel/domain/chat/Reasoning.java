package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// What an assistant thought with in an earlier turn, as its client gives it back.
///
/// No provider needs it to go on, and most answer it with 400: an adapter leaves it out unless its provider takes it.
///
/// @param signature by which its provider knows it again; null where it has none
public record Reasoning(String text, @Nullable String signature) {}
