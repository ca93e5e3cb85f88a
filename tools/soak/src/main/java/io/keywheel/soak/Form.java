package io.keywheel.soak;

/// The ways to ask.
enum Form {
    WHOLE,
    STREAM,
    SOCKET,
    OPENAI,
    OPENAI_STREAM
}
