package io.keywheel.adapters.llm.sdk;

/// How a body is split into JSON values.
public enum Framing {
    /// The body is one value, in any number of lines.
    JSON,
    /// Each line is a value.
    JSON_LINES,
    /// The data of each server-sent event is a value; `[DONE]` ends the stream.
    SERVER_SENT_EVENTS
}
