package io.keywheel.adapters.http.responses;

import org.jspecify.annotations.Nullable;

enum ItemKind {
    REASONING("rs_", "reasoning", "text", "reasoning_summary_text", "reasoning_summary_part", "summary_index"),
    MESSAGE("msg_", "message", "text", "output_text", "content_part", "content_index"),
    REFUSAL("msg_", "message", "refusal", "refusal", "content_part", "content_index"),
    FUNCTION_CALL("fc_", "function_call", "arguments", "function_call_arguments", null, null),
    CUSTOM_CALL("ctc_", "custom_tool_call", "input", "custom_tool_call_input", null, null),

    /// A search for tools by the client. Only its start and its end are events.
    SEARCH_CALL("tsc_", "tool_search_call", "arguments", null, null, null);

    final String prefix;

    final String type;

    /// The field with the whole content.
    final String content;

    /// The names of the content's events begin with `response.` and this; null without such events.
    final @Nullable String events;

    /// The same for the part's events, and the field with the part's index; null without parts.
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
        this.events = events;
        this.part = part;
        this.partIndex = partIndex;
    }

    /// Whether the content is sent in pieces. A custom tool's text is only known when its JSON is complete.
    boolean streams() {
        return events != null && this != CUSTOM_CALL;
    }
}
