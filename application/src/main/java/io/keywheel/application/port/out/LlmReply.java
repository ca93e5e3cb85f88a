package io.keywheel.application.port.out;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.usage.Outcome;

/// The outcome of an attempt.
public sealed interface LlmReply {

    /// A complete answer.
    ///
    /// @param completion the whole answer; for a stream, only the finish reason and the usage, because `sink`
    ///     received the content
    /// @param limits the remaining limits that the provider reports for the key's group and this model;
    ///     [RateLimitStatus#UNKNOWN] without a report
    record Answered(Completion completion, RateLimitStatus limits) implements LlmReply {
        public Answered {
            requireNonNull(completion);
            requireNonNull(limits);
        }
    }

    /// No answer, or an incomplete one.
    record Failed(Failure failure) implements LlmReply {
        public Failed {
            requireNonNull(failure.message());
            requireNonNull(failure.cause());
        }
    }

    /// `ok`, or the kind of the failure.
    default Outcome outcome() {
        return switch (this) {
            case Answered _ -> Outcome.OK;
            case Failed(var failure) -> Outcome.of(failure.kind());
        };
    }
}
