package io.keywheel.experiments.rotation;

import static io.keywheel.experiments.world.Measure.Counts.REQUESTS;
import static io.keywheel.experiments.world.Measure.Counts.TOKENS;

import io.keywheel.experiments.world.Bucket;
import io.keywheel.experiments.world.Limit;
import io.keywheel.experiments.world.Manners;
import io.keywheel.experiments.world.Measure;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Provider;
import io.keywheel.experiments.world.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/// The pools of the scenarios. Every organisation of a provider has the same limits, those of a free plan.
final class Pools {

    static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Duration DAY = Duration.ofDays(1);

    static final String GROQ = "groq";
    static final String CEREBRAS = "cerebras";

    /// Requests of this size meet Groq's 8 000 tokens a minute at 25 a minute, before its 30 requests.
    static final int GROQ_TOKENS = 320;

    /// The same for Cerebras' 60 000 tokens a minute.
    static final int CEREBRAS_TOKENS = 2_400;

    /// What one organisation answers a minute of requests of the sizes above.
    static final double PER_MINUTE = 25;

    /// Requests of this size meet the 30 requests a minute of either, of which no header tells, before the tokens.
    static final int FEW_TOKENS = 100;

    /// What one organisation answers a minute of these.
    static final double SMALL_PER_MINUTE = 30;

    private static final List<Measure> GROQ_LIMITS = List.of(
            new Measure("requests per minute (RPM)", "", REQUESTS, 30, MINUTE),
            new Measure("requests per day (RPD)", "requests", REQUESTS, 1_000, DAY),
            new Measure("tokens per minute (TPM)", "tokens", TOKENS, 8_000, MINUTE),
            new Measure("tokens per day (TPD)", "", TOKENS, 200_000, DAY));

    private static final List<Measure> CEREBRAS_LIMITS = List.of(
            new Measure("Requests per minute", "", REQUESTS, 30, MINUTE),
            new Measure("Requests per day", "requests-day", REQUESTS, 14_400, DAY),
            new Measure("Tokens per minute", "tokens-minute", TOKENS, 60_000, MINUTE));

    private Pools() {}

    /// @param organisations one key each time one is named
    static Provider groq(String... organisations) {
        return new Provider(
                GROQ,
                Manners.GROQ,
                List.of(organisations),
                _ -> GROQ_LIMITS.stream()
                        .<Limit>map(measure -> new Bucket(measure, START))
                        .toList());
    }

    /// @param dayEnds how long after the start the day ends by which requests are counted
    static Provider cerebras(Duration dayEnds, String... organisations) {
        return new Provider(
                CEREBRAS,
                Manners.CEREBRAS,
                List.of(organisations),
                organisation -> CEREBRAS_LIMITS.stream()
                        .<Limit>map(measure -> new Window(measure, firstEnd(measure, dayEnds, organisation)))
                        .toList());
    }

    /// Minutes of different organisations do not end together.
    private static Instant firstEnd(Measure measure, Duration dayEnds, String organisation) {
        int offset = Math.floorMod(organisation.hashCode() * 7, 60);
        return START.plus(measure.period().equals(DAY) ? dayEnds : Duration.ofSeconds(1 + offset));
    }

    /// @return so many
    static String[] organisations(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "org_" + i).toArray(String[]::new);
    }

    static Pool of(Provider... providers) {
        return new Pool(List.of(providers));
    }
}
