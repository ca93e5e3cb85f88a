package io.keywheel.application.port.in;

import io.keywheel.domain.chat.Completion;

/// A completion, and the target that gave it.
public record Answer(Completion completion, ServedBy servedBy) {}
