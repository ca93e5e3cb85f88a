package io.keywheel.domain.chat;

import java.util.Locale;

/// Why a model ended its answer.
public enum FinishReason {
    STOP,
    LENGTH,
    TOOL_CALLS,
    CONTENT_FILTER,
    OTHER;

    /// The name on the wire: `stop`, `tool_calls`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
