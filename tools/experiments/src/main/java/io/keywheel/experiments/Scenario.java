package io.keywheel.experiments;

import static io.keywheel.experiments.simulation.Arrivals.START;
import static io.keywheel.experiments.simulation.Provider.CEREBRAS;
import static io.keywheel.experiments.simulation.Provider.DAY;

import io.keywheel.experiments.simulation.Arrivals;
import io.keywheel.experiments.simulation.Chats;
import io.keywheel.experiments.simulation.Limit;
import io.keywheel.experiments.simulation.Load;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.Provider;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A scenario in which all strategies are run.
///
/// @param time how long requests arrive
/// @param patience how long a refused client retries, and how long a strategy may let a request wait
/// @param refusal the minimum latency of a 429; the maximum is twice as long
/// @param answer the median latency of an answer
/// @param variation the maximum random delay until a call arrives; 0 for the oracle
/// @param recovery the failing provider or key; null for none
record Scenario(
        String name,
        String title,
        Supplier<Pool> pool,
        Arrivals arrivals,
        Duration time,
        Duration patience,
        Duration refusal,
        Duration answer,
        Duration variation,
        @Nullable Recovery recovery) {

    /// A provider or key that fails from `failsAt` to `backAt`.
    ///
    /// @param place the key's position; 0 for all keys of the provider
    record Recovery(String provider, int place, Duration failsAt, Duration backAt) {}

    /// With requests of this size, Groq's token limit allows 25 requests a minute per organisation.
    private static final int GROQ_TOKENS = 320;
    /// The same for Cerebras' token limit.
    private static final int CEREBRAS_TOKENS = 2_400;
    private static final double PER_SECOND = 25 / 60d;
    /// Requests of this size reach the limit of 30 requests a minute first, which no header reports.
    private static final int FEW_TOKENS = 100;
    private static final double SMALL_PER_SECOND = 30 / 60d;

    private static final Duration DAY_ENDS = Duration.ofMinutes(10);
    private static final Duration DOWN_AT = Duration.ofMinutes(1);
    private static final Duration UP_AT = Duration.ofMinutes(3);
    private static final List<String> FIVE = List.of("org_a", "org_b", "org_c", "org_d", "org_e");
    /// Enough keys that a strategy without memory calls the dead provider often.
    private static final List<String> HUNDRED =
            IntStream.rangeClosed(1, 100).mapToObj(i -> "org_" + i).toList();

    private static final String OVERLOADED = "150 % of pooled capacity, waiting up to a minute";
    private static final String OVERLOADED_SMALL =
            "150 % of pooled capacity in small requests, waiting up to a minute: five ";

    private static final Load GROQ_OVERLOAD = Load.of(1.5 * 5 * PER_SECOND, GROQ_TOKENS);
    /// A request has 1 400 tokens on average, and there are sixty a minute.
    private static final Chats THIRTY_CHATS = new Chats(30, 200);

    private static final Load SMALL_OVERLOAD = Load.of(1.5 * 5 * SMALL_PER_SECOND, FEW_TOKENS);

    static final Scenario STEADY =
            groq("steady", "90 % of pooled capacity: five Groq keys", Load.of(0.9 * 5 * PER_SECOND, GROQ_TOKENS));
    static final Scenario STEADY_WINDOWS = cerebras(
            "steady-windows",
            "90 % of pooled capacity: five Cerebras keys",
            Load.of(0.9 * 5 * PER_SECOND, CEREBRAS_TOKENS));
    static final Scenario STEADY_MIXED = groq(
                    "steady-mixed",
                    "90 % of pooled capacity, a few requests very large, waiting up to a minute: five Groq keys",
                    Load.of(0.9 * 5 * PER_SECOND, GROQ_TOKENS).withLarge(0.02))
            .waiting();
    static final Scenario OVERLOAD =
            groq("overload", "150 % of pooled capacity, without waiting: five Groq keys", GROQ_OVERLOAD);
    static final Scenario WAITING = overload("overload-waiting", "", GROQ_OVERLOAD);
    static final Scenario MISJUDGED =
            overload("overload-misjudged", ", requests misjudged", GROQ_OVERLOAD.misjudged(3));
    static final Scenario SLOW_REFUSALS = overload("overload-slow-refusals", ", slow 429s", GROQ_OVERLOAD)
            .at(Duration.ofSeconds(1), Duration.ofMillis(400));
    static final Scenario SLOW_ANSWERS = overload(
                    "overload-slow-answers", ", slow answers, half of them streamed", GROQ_OVERLOAD.withStreamed(0.5))
            .at(Duration.ofMillis(30), Duration.ofSeconds(10));
    static final Scenario MIXED =
            overload("overload-mixed", ", a few requests very large", GROQ_OVERLOAD.withLarge(0.02));
    static final Scenario WINDOWS = cerebras(
                    "overload-windows",
                    OVERLOADED + ": five Cerebras keys",
                    Load.of(1.5 * 5 * PER_SECOND, CEREBRAS_TOKENS))
            .waiting();
    static final Scenario SMALL = groq("overload-small", OVERLOADED_SMALL + "Groq keys", SMALL_OVERLOAD)
            .waiting();
    static final Scenario SMALL_WINDOWS = cerebras(
                    "overload-small-windows", OVERLOADED_SMALL + "Cerebras keys", SMALL_OVERLOAD)
            .waiting();
    static final Scenario SMALL_LIMITS = smallLimits("overload-small-limits", "fast answers", 20);
    static final Scenario SMALL_LIMITS_SLOW = smallLimits("overload-small-limits-slow", "answers of four refills", 400);
    static final Scenario EXHAUSTED = of(
                    "exhausted",
                    "One key of five has used up its day: Cerebras, the others at 75 %",
                    Scenario::oneExhausted,
                    Load.of(0.75 * 4 * PER_SECOND, CEREBRAS_TOKENS))
            .recovering(new Recovery(CEREBRAS, 1, Duration.ZERO, DAY_ENDS));
    static final Scenario SHARED = of(
            "shared",
            "Three of five Groq keys are of one organisation, at 80 % of what the three organisations give",
            () -> Pool.of(Provider.groq(List.of("org_a", "org_a", "org_a", "org_b", "org_c"), START)),
            Load.of(0.8 * 3 * PER_SECOND, GROQ_TOKENS));
    static final Scenario OUTAGE = of(
                    "outage",
                    "A provider is down for two minutes: a hundred Groq keys at 60 %, a hundred Cerebras keys",
                    Scenario::oneProviderDown,
                    Load.of(0.6 * 100 * PER_SECOND, GROQ_TOKENS))
            .lasting(Duration.ofMinutes(5))
            .recovering(new Recovery(CEREBRAS, 0, DOWN_AT, UP_AT));
    static final Scenario BURST = groq(
                    "burst",
                    "200 requests within a second on an idle pool, waiting up to a minute: five Groq keys",
                    Load.of(0.1 * 5 * PER_SECOND, GROQ_TOKENS).withBurst(200))
            .lasting(Duration.ofMinutes(3))
            .waiting();

    static final Scenario CONVERSATIONS_GROQ = groq(
            "conversations-groq",
            "Thirty chats at once, twice what the limits allow without caches: five Groq keys",
            THIRTY_CHATS);
    static final Scenario CONVERSATIONS_WAITING = groq(
                    "conversations-groq-waiting",
                    "Thirty chats at once, twice what the limits allow without caches, waiting up to a minute: five Groq keys",
                    THIRTY_CHATS)
            .waiting();
    static final Scenario CONVERSATIONS_CEREBRAS = cerebras(
                    "conversations-cerebras",
                    "Eight long chats at once, 37 % of pooled capacity, waiting up to a minute: five Cerebras keys",
                    new Chats(8, 1_000))
            .waiting();

    static final List<Scenario> CONVERSATIONS = List.of(CONVERSATIONS_GROQ, CONVERSATIONS_CEREBRAS);

    /// The scenarios with exact estimates, in which headers or messages report all limits.
    static final List<Scenario> OVERLOADS_REPORTED =
            List.of(WAITING, SLOW_REFUSALS, SLOW_ANSWERS, MIXED, WINDOWS, SMALL, SMALL_LIMITS, SMALL_LIMITS_SLOW);

    static final List<Scenario> OVERLOADS_WAITING = List.of(
            WAITING,
            MISJUDGED,
            SLOW_REFUSALS,
            SLOW_ANSWERS,
            MIXED,
            WINDOWS,
            SMALL,
            SMALL_WINDOWS,
            SMALL_LIMITS,
            SMALL_LIMITS_SLOW);

    static final List<Scenario> ALL = Stream.of(
                    List.of(STEADY, STEADY_WINDOWS, STEADY_MIXED, OVERLOAD),
                    OVERLOADS_WAITING,
                    List.of(EXHAUSTED, SHARED, OUTAGE, BURST),
                    List.of(CONVERSATIONS_GROQ, CONVERSATIONS_WAITING, CONVERSATIONS_CEREBRAS))
            .flatMap(List::stream)
            .toList();

    private static Scenario of(String name, String title, Supplier<Pool> pool, Arrivals arrivals) {
        return new Scenario(
                name,
                title,
                pool,
                arrivals,
                Duration.ofMinutes(20),
                Duration.ZERO,
                Duration.ofMillis(30),
                Duration.ofMillis(400),
                Duration.ZERO,
                null);
    }

    private static Scenario groq(String name, String title, Arrivals arrivals) {
        return of(name, title, () -> Pool.of(Provider.groq(FIVE, START)), arrivals);
    }

    private static Scenario overload(String name, String detail, Arrivals arrivals) {
        return groq(name, OVERLOADED + detail + ": five Groq keys", arrivals).waiting();
    }

    private static Scenario cerebras(String name, String title, Arrivals arrivals) {
        return of(name, title, () -> Pool.of(Provider.cerebras(FIVE, START, START.plus(DAY))), arrivals);
    }

    private static Scenario smallLimits(String name, String title, int answerMillis) {
        return of(
                        name,
                        OVERLOADED + ", " + title
                                + ": five keys with limits of 1, 3, 5, 30 and 1000 requests, of which ten flow back a second",
                        () -> Pool.of(Provider.ofSmallLimits(List.of(1, 3, 5, 30, 1000), START)),
                        Load.of(1.5 * 5 * 10, FEW_TOKENS))
                .lasting(Duration.ofMinutes(5))
                .waiting()
                .at(Duration.ofMillis(30), Duration.ofMillis(answerMillis))
                .varying(Duration.ofMillis(3));
    }

    private static Pool oneExhausted() {
        Provider provider = Provider.cerebras(FIVE, START, START.plus(DAY_ENDS));
        for (Limit limit : provider.limits(FIVE.getFirst())) {
            if (limit.kind.period().equals(DAY)) {
                limit.take(limit.remaining(START), START);
            }
        }
        return Pool.of(provider);
    }

    private static Pool oneProviderDown() {
        Provider provider = Provider.cerebras(HUNDRED, START, START.plus(DAY));
        provider.fails(START.plus(DOWN_AT), START.plus(UP_AT));
        return Pool.of(Provider.groq(HUNDRED, START), provider);
    }

    boolean hasConversations() {
        return arrivals instanceof Chats;
    }

    Scenario lasting(Duration other) {
        return new Scenario(name, title, pool, arrivals, other, patience, refusal, answer, variation, recovery);
    }

    private Scenario waiting() {
        return new Scenario(
                name, title, pool, arrivals, time, Duration.ofMinutes(1), refusal, answer, variation, recovery);
    }

    private Scenario at(Duration refusing, Duration answering) {
        return new Scenario(name, title, pool, arrivals, time, patience, refusing, answering, variation, recovery);
    }

    private Scenario varying(Duration by) {
        return new Scenario(name, title, pool, arrivals, time, patience, refusal, answer, by, recovery);
    }

    private Scenario recovering(Recovery other) {
        return new Scenario(name, title, pool, arrivals, time, patience, refusal, answer, variation, other);
    }

    @Override
    public String toString() {
        return name;
    }
}
