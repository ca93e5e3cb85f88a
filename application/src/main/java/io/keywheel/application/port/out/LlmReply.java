package io.keywheel.application.port.out;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.usage.Outcome;

/// How an attempt went.
public sealed interface LlmReply {

    /// An answer to its proper end.
    ///
    /// @param completion the whole answer; of a stream only how it ended and what it cost, since its words went
    ///     to the sink
    /// @param limits what the provider says is left for the key's group and this model;
    ///     [RateLimitStatus#UNKNOWN] where it does not say
    record Answered(Completion completion, RateLimitStatus limits) implements LlmReply {
        public Answered {
            requireNonNull(completion);
            requireNonNull(limits);
        }
    }

    /// No answer, or none to its end.
    record Failed(Failure failure) implements LlmReply {
        public Failed {
            requireNonNull(failure.message());
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
