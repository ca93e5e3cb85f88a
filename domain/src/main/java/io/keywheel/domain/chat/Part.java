package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// One piece of a [Message].
public sealed interface Part {

    /// Words.
    record Text(String text) implements Part {}

    /// A picture.
    ///
    /// @param url where it is, or the picture itself as a `data:` URI
    /// @param detail how closely the model shall look at it, in the provider's own word
    record Image(String url, @Nullable String detail) implements Part {}
}
