package io.keywheel.domain.chat;

/// The author of a [Message].
public enum Role {
    SYSTEM,
    DEVELOPER,
    USER,
    ASSISTANT,
    TOOL
}
