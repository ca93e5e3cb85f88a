package io.keywheel.simulator;

import io.keywheel.simulator.quota.Bucket;
import io.keywheel.simulator.quota.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/// An organisation's limits for one model. Each limit is a bucket that starts full and refills continuously; 0
/// means no limit.
///
/// A request takes its estimated input and reserved completion tokens before it is answered. Nothing returns,
/// except cached input at Groq. A refused request takes nothing.
///
/// @param requestsPerMinute not reported in headers
/// @param requestsPerDay in the `-requests` headers of Groq and the `-requests-day` headers of Cerebras
/// @param tokensPerMinute in the `-tokens` headers of Groq and the `-tokens-minute` headers of Cerebras
/// @param tokensPerDay not reported in headers
public record Limits(long requestsPerMinute, long requestsPerDay, long tokensPerMinute, long tokensPerDay) {

    /// No limits, and therefore no rate-limit headers.
    public static final Limits NONE = new Limits(0, 0, 0, 0);

    /// Groq's free plan for its gpt-oss models, as documented in June 2026.
    public static final Limits GROQ_FREE = new Limits(30, 1_000, 8_000, 200_000);

    /// Cerebras' free trial as documented in mid-2026, without its limit per hour.
    public static final Limits CEREBRAS_TRIAL = new Limits(5, 0, 30_000, 1_000_000);

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
                buckets.put(window, new Bucket(limit, Duration.ofMinutes(window.minutes), now));
            }
        }
        return buckets;
    }
}
