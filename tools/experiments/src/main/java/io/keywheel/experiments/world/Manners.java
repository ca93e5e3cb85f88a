package io.keywheel.experiments.world;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How a provider says no, as recorded of the real ones.
public enum Manners {
    /// Its 429 says when to come back, to the second, counts what is used, and names the organisation.
    GROQ {
        @Override
        Reply refuse(String organisation, Limit limit, long units, List<Gauge> gauges, Instant now) {
            var measure = limit.measure();
            Duration wait = limit.until(units, now);
            String message = "Rate limit reached for model `" + MODEL + "` in organization `" + organisation
                    + "` service tier `on_demand` on " + measure.words() + ": Limit " + measure.capacity() + ", Used "
                    + (measure.capacity() - limit.remaining(now)) + ", Requested " + units + ". Please try again in "
                    + (double) wait.toMillis() / 1000 + "s.";
            long tokens = measure.counts() == Measure.Counts.TOKENS ? units : 0;
            return new Reply.Limited(
                    message, inWholeSeconds(wait), organisation, true, gauges, limit.counters(now), tokens);
        }
    },

    /// Its 429 has a code for each quota and leaves the rest to the headers.
    CEREBRAS {
        @Override
        Reply refuse(String organisation, Limit limit, long units, List<Gauge> gauges, Instant now) {
            String words = limit.measure().words();
            return new Reply.Limited(words + " limit exceeded", null, null, true, gauges, null, 0);
        }
    };

    private static final String MODEL = "openai/gpt-oss-120b";

    abstract Reply refuse(String organisation, Limit limit, long units, List<Gauge> gauges, Instant now);

    private static Duration inWholeSeconds(Duration wait) {
        return Duration.ofSeconds(wait.plusSeconds(1).minusNanos(1).toSeconds());
    }
}
