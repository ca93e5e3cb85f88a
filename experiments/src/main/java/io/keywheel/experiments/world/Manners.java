package io.keywheel.experiments.world;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How a provider says no, as recorded of the real ones.
public enum Manners {
    /// Its 429 says when to come back, to the second, counts what is used, and names the organisation.
    GROQ {
        @Override
        Reply refuse(String organisation, Limit limit, Duration wait, List<Gauge> gauges, Instant now) {
            var measure = limit.measure();
            String message = "Rate limit reached for model `" + MODEL + "` in organization `" + organisation
                    + "` service tier `on_demand` on " + measure.words() + ": Limit " + measure.capacity() + ", Used "
                    + (measure.capacity() - limit.remaining(now)) + ". Please try again in "
                    + (double) wait.toMillis() / 1000 + "s.";
            return new Reply.Limited(message, inWholeSeconds(wait), organisation, true, gauges, limit.counters(now));
        }
    },

    /// Its 429 has a code for each quota and leaves the rest to the headers.
    CEREBRAS {
        @Override
        Reply refuse(String organisation, Limit limit, Duration wait, List<Gauge> gauges, Instant now) {
            String words = limit.measure().words();
            return new Reply.Limited(words + " limit exceeded", null, null, true, gauges, null);
        }
    };

    private static final String MODEL = "openai/gpt-oss-120b";

    abstract Reply refuse(String organisation, Limit limit, Duration wait, List<Gauge> gauges, Instant now);

    private static Duration inWholeSeconds(Duration wait) {
        return Duration.ofSeconds(wait.plusSeconds(1).minusNanos(1).toSeconds());
    }
}
