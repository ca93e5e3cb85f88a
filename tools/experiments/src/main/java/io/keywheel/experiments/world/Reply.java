package io.keywheel.experiments.world;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a provider says to a call.
public sealed interface Reply {

    /// An answer.
    record Answered(List<Gauge> gauges) implements Reply {
        public Answered {
            gauges = List.copyOf(gauges);
        }
    }

    /// 429.
    ///
    /// @param retryAfter in whole seconds, rounded up, where the provider tells
    /// @param organisation whose limit it is, where the provider names it
    /// @param shown whether the provider shows that it is a limit of this organisation
    /// @param counters the limit that it met, where its words count what is used
    /// @param requested the tokens that it took the request for; 0 where its words do not say
    record Limited(
            String message,
            @Nullable Duration retryAfter,
            @Nullable String organisation,
            boolean shown,
            List<Gauge> gauges,
            @Nullable Gauge counters,
            long requested)
            implements Reply {

        public Limited {
            gauges = List.copyOf(gauges);
        }
    }

    /// The connection was refused.
    record Broken() implements Reply {}
}
