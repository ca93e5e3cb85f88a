package io.keywheel.domain.chat;

/// Who speaks a [Message].
public enum Role {
    SYSTEM,
    DEVELOPER,
    USER,
    ASSISTANT,
    TOOL
}
