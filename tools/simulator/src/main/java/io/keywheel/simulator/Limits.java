package io.keywheel.simulator;

import io.keywheel.simulator.quota.Bucket;
import io.keywheel.simulator.quota.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/// What an organisation may use of one model. Each limit is a bucket that starts full and refills evenly, or
/// all at once at the end of each period; 0 means no such limit.
///
/// A request takes its estimated input and the completion tokens it asks for, before it is answered; nothing is
/// given back but, at Groq, what of the input was cached. One that is refused takes nothing.
///
/// @param requestsPerMinute in no header at either provider
/// @param requestsPerDay in the `-requests` headers of Groq and the `-requests-day` headers of Cerebras
/// @param tokensPerMinute in the `-tokens` headers of Groq and the `-tokens-minute` headers of Cerebras
/// @param tokensPerDay in no header at either provider
/// @param minute how long a minute of these limits lasts; a day is 1440 of them. The providers' words stay the
///     same
/// @param atOnce whether nothing comes back until a period is over, the first of which begins with the first
///     request
public record Limits(
        long requestsPerMinute,
        long requestsPerDay,
        long tokensPerMinute,
        long tokensPerDay,
        Duration minute,
        boolean atOnce) {

    /// No limit, hence no rate-limit header either.
    public static final Limits NONE = new Limits(0, 0, 0, 0);

    /// Groq's free plan for its gpt-oss models, as documented in June 2026.
    public static final Limits GROQ_FREE = new Limits(30, 1_000, 8_000, 200_000);

    /// Cerebras' free trial as documented in mid-2026; its limit per hour is left out.
    public static final Limits CEREBRAS_TRIAL = new Limits(5, 0, 30_000, 1_000_000);

    /// Refuses negative limits, and minutes that do not pass.
    public Limits {
        if (requestsPerMinute < 0 || requestsPerDay < 0 || tokensPerMinute < 0 || tokensPerDay < 0) {
            throw new IllegalArgumentException("a limit cannot be negative");
        }
        if (!minute.isPositive()) {
            throw new IllegalArgumentException("a minute cannot last " + minute);
        }
    }

    /// Limits that refill evenly and whose minutes are minutes.
    public Limits(long requestsPerMinute, long requestsPerDay, long tokensPerMinute, long tokensPerDay) {
        this(requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay, Duration.ofMinutes(1), false);
    }

    /// The same with another number of tokens per minute.
    public Limits withTokensPerMinute(long tokens) {
        return new Limits(requestsPerMinute, requestsPerDay, tokens, tokensPerDay, minute, atOnce);
    }

    /// The same in minutes of another length, for tests in real time that cannot wait for a whole one.
    public Limits withMinute(Duration length) {
        return new Limits(requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay, length, atOnce);
    }

    /// The same, each given back all at once.
    public Limits refilledAtOnce() {
        return new Limits(requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay, minute, true);
    }

    /// A full bucket for each limit there is.
    Map<Window, Bucket> buckets(Instant now) {
        var buckets = new EnumMap<Window, Bucket>(Window.class);
        for (var window : Window.values()) {
            long limit = switch (window) {
                case RPM -> requestsPerMinute;
                case RPD -> requestsPerDay;
                case TPM -> tokensPerMinute;
                case TPD -> tokensPerDay;
            };
            if (limit > 0) {
                buckets.put(window, new Bucket(limit, minute.multipliedBy(window.minutes), atOnce, now));
            }
        }
        return buckets;
    }
}
