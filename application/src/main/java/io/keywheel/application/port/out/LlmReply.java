package io.keywheel.application.port.out;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.Allowance;

/// How an attempt went.
public sealed interface LlmReply {

    /// @param allowance what the provider says is left for the key's group and this model
    record Answered(Completion completion, Allowance allowance) implements LlmReply {}

    record Failed(Failure failure) implements LlmReply {}
}
