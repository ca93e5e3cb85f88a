package io.keywheel.soak;

import org.jspecify.annotations.Nullable;

/// What a client heard, by whichever door.
///
/// @param content all of it, joined
/// @param speaker as `provider/model`, where the gateway told
/// @param finish why the answer ended; null where it did not end
/// @param error its kind; null where there was none
/// @param raw as it came
record Said(
        String content,
        @Nullable String speaker,
        @Nullable String finish,
        @Nullable String error,
        String raw) {}
