package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// One piece of a [Message].
public sealed interface Part {

    /// Words.
    record Text(String text, Extras extras) implements Part {
        public Text(String text) {
            this(text, Extras.NONE);
        }
    }

    /// A picture.
    ///
    /// @param url where it is, or the picture itself as a `data:` URI
    /// @param detail how closely the model shall look at it, in the provider's own word
    record Image(String url, @Nullable String detail, Extras extras) implements Part {
        public Image(String url, @Nullable String detail) {
            this(url, detail, Extras.NONE);
        }
    }

    /// What not all providers have a word for, such as a sound or a document.
    ///
    /// @param fields all that it says, its `type` included
    record Other(Extras fields) implements Part {}
}
