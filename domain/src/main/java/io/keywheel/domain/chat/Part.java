package io.keywheel.domain.chat;

import org.jspecify.annotations.Nullable;

/// One piece of a [Message].
public sealed interface Part {

    record Text(String text, Extras extras) implements Part {
        public Text(String text) {
            this(text, Extras.NONE);
        }
    }

    /// An image.
    ///
    /// @param url its URL, or the image itself as a `data:` URI
    /// @param detail the level of detail for the model, as the provider names it
    record Image(String url, @Nullable String detail, Extras extras) implements Part {
        public Image(String url, @Nullable String detail) {
            this(url, detail, Extras.NONE);
        }
    }

    /// A part that not all providers support, such as audio or a document.
    ///
    /// @param fields all fields of the part, including its `type`
    record Other(Extras fields) implements Part {}
}
