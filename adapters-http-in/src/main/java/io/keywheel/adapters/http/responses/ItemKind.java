package io.keywheel.adapters.http.responses;

import org.jspecify.annotations.Nullable;

/// Kinds of items in an answer, and the words that events have for them.
enum ItemKind {
    REASONING("rs_", "reasoning", "text", "reasoning_summary_text", "reasoning_summary_part", "summary_index"),
    MESSAGE("msg_", "message", "text", "output_text", "content_part", "content_index"),
    REFUSAL("msg_", "message", "refusal", "refusal", "content_part", "content_index"),
    FUNCTION_CALL("fc_", "function_call", "arguments", "function_call_arguments", null, null),
    CUSTOM_CALL("ctc_", "custom_tool_call", "input", "custom_tool_call_input", null, null),

    /// Of the client's own search for tools. Only its begin and its end are events.
    SEARCH_CALL("tsc_", "tool_search_call", "arguments", null, null, null);

    /// The begin of its ids.
    final String prefix;

    final String type;

    /// The field with the whole content.
    final String content;

    /// The begin of the names of the content's events; null where there are none.
    final @Nullable String events;

    /// The begin of the names of the events of its only part, and the field with the part's number; null without parts.
    final @Nullable String part;

    final @Nullable String partIndex;

    ItemKind(
            String prefix,
            String type,
            String content,
            @Nullable String events,
            @Nullable String part,
            @Nullable String partIndex) {
        this.prefix = prefix;
        this.type = type;
        this.content = content;
        this.events = named(events);
        this.part = named(part);
        this.partIndex = partIndex;
    }

    private static @Nullable String named(@Nullable String event) {
        return event == null ? null : "response." + event;
    }

    /// Whether its content is sent as it comes. A custom tool's text is only known when its JSON is whole.
    boolean streams() {
        return events != null && this != CUSTOM_CALL;
    }
}
