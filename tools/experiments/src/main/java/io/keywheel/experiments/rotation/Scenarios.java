package io.keywheel.experiments.rotation;

import static io.keywheel.experiments.rotation.Pools.CEREBRAS;
import static io.keywheel.experiments.rotation.Pools.CEREBRAS_TOKENS;
import static io.keywheel.experiments.rotation.Pools.DAY;
import static io.keywheel.experiments.rotation.Pools.FEW_TOKENS;
import static io.keywheel.experiments.rotation.Pools.GROQ_TOKENS;
import static io.keywheel.experiments.rotation.Pools.PER_MINUTE;
import static io.keywheel.experiments.rotation.Pools.SMALL_PER_MINUTE;
import static io.keywheel.experiments.rotation.Pools.START;

import io.keywheel.experiments.rotation.Scenario.Recovery;
import io.keywheel.experiments.world.Limit;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Provider;
import java.time.Duration;
import java.util.List;

/// The situations of the experiment.
final class Scenarios {

    private static final Duration TIME = Duration.ofMinutes(20);
    private static final Duration NO_PATIENCE = Duration.ZERO;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration DAY_ENDS = Duration.ofMinutes(10);

    /// So many organisations of each provider that a rule without memory knocks often.
    private static final int MANY = 100;

    static final Duration GONE = Duration.ofMinutes(1);
    private static final Duration BACK = Duration.ofMinutes(3);

    static final Scenario STEADY = new Scenario(
            "steady",
            "90 % of pooled capacity: five Groq keys",
            () -> Pools.of(groqs()),
            load(0.9, 5, GROQ_TOKENS),
            TIME,
            NO_PATIENCE,
            null);

    static final Scenario STEADY_WINDOWS = new Scenario(
            "steady-windows",
            "90 % of pooled capacity: five Cerebras keys",
            () -> Pools.of(cerebrases(DAY)),
            load(0.9, 5, CEREBRAS_TOKENS),
            TIME,
            NO_PATIENCE,
            null);

    static final Scenario OVERLOAD = new Scenario(
            "overload",
            "150 % of pooled capacity, without waiting: five Groq keys",
            () -> Pools.of(groqs()),
            load(1.5, 5, GROQ_TOKENS),
            TIME,
            NO_PATIENCE,
            null);

    static final Scenario OVERLOAD_WAITING = new Scenario(
            "overload-waiting",
            "150 % of pooled capacity, waiting up to a minute: five Groq keys",
            () -> Pools.of(groqs()),
            load(1.5, 5, GROQ_TOKENS),
            TIME,
            PATIENCE,
            null);

    static final Scenario OVERLOAD_WINDOWS = new Scenario(
            "overload-windows",
            "150 % of pooled capacity, waiting up to a minute: five Cerebras keys",
            () -> Pools.of(cerebrases(DAY)),
            load(1.5, 5, CEREBRAS_TOKENS),
            TIME,
            PATIENCE,
            null);

    static final Scenario OVERLOAD_SMALL = new Scenario(
            "overload-small",
            "150 % of pooled capacity in small requests, waiting up to a minute: five Groq keys",
            () -> Pools.of(groqs()),
            smallLoad(1.5, 5),
            TIME,
            PATIENCE,
            null);

    static final Scenario OVERLOAD_SMALL_WINDOWS = new Scenario(
            "overload-small-windows",
            "150 % of pooled capacity in small requests, waiting up to a minute: five Cerebras keys",
            () -> Pools.of(cerebrases(DAY)),
            smallLoad(1.5, 5),
            TIME,
            PATIENCE,
            null);

    static final Scenario OVERLOAD_MISJUDGED = new Scenario(
            "overload-misjudged",
            "150 % of pooled capacity, waiting up to a minute, requests misjudged: five Groq keys",
            () -> Pools.of(groqs()),
            load(1.5, 5, GROQ_TOKENS).mixed(Mix.ALIKE.misjudged(3)),
            TIME,
            PATIENCE,
            null);

    static final Scenario OVERLOAD_SLOW_REFUSALS = new Scenario(
                    "overload-slow-refusals",
                    "150 % of pooled capacity, waiting up to a minute, slow 429s: five Groq keys",
                    () -> Pools.of(groqs()),
                    load(1.5, 5, GROQ_TOKENS),
                    TIME,
                    PATIENCE,
                    null)
            .at(Pace.USUAL.refusingAfter(Duration.ofSeconds(1)));

    static final Scenario OVERLOAD_SLOW_ANSWERS = new Scenario(
                    "overload-slow-answers",
                    "150 % of pooled capacity, waiting up to a minute, slow answers, half of them streamed: five Groq keys",
                    () -> Pools.of(groqs()),
                    load(1.5, 5, GROQ_TOKENS).mixed(Mix.ALIKE.streamed(0.5)),
                    TIME,
                    PATIENCE,
                    null)
            .at(Pace.USUAL.answeringAfter(Duration.ofSeconds(10)));

    static final Scenario OVERLOAD_MIXED = new Scenario(
            "overload-mixed",
            "150 % of pooled capacity, waiting up to a minute, a few requests very large: five Groq keys",
            () -> Pools.of(groqs()),
            load(1.5, 5, GROQ_TOKENS).mixed(Mix.ALIKE.large(0.02)),
            TIME,
            PATIENCE,
            null);

    /// Where the pool is overrun and requests may wait.
    static final List<Scenario> OVERLOADS_WAITING = List.of(
            OVERLOAD_WAITING,
            OVERLOAD_MISJUDGED,
            OVERLOAD_SLOW_REFUSALS,
            OVERLOAD_SLOW_ANSWERS,
            OVERLOAD_MIXED,
            OVERLOAD_WINDOWS,
            OVERLOAD_SMALL,
            OVERLOAD_SMALL_WINDOWS);

    /// Those of them in which the size of a request is known, and headers or words tell of all limits.
    static final List<Scenario> OVERLOADS_TOLD = List.of(
            OVERLOAD_WAITING,
            OVERLOAD_SLOW_REFUSALS,
            OVERLOAD_SLOW_ANSWERS,
            OVERLOAD_MIXED,
            OVERLOAD_WINDOWS,
            OVERLOAD_SMALL);

    static final Scenario EXHAUSTED = new Scenario(
            "exhausted",
            "One key of five has used up its day: Cerebras, the others at 75 %",
            Scenarios::oneExhausted,
            load(0.75, 4, CEREBRAS_TOKENS),
            TIME,
            NO_PATIENCE,
            new Recovery(CEREBRAS, 1, Duration.ZERO, DAY_ENDS));

    static final Scenario SHARED = new Scenario(
            "shared",
            "Three of five Groq keys are of one organisation, at 80 % of what the three organisations give",
            () -> Pools.of(Pools.groq("org_a", "org_a", "org_a", "org_b", "org_c")),
            load(0.8, 3, GROQ_TOKENS),
            TIME,
            NO_PATIENCE,
            null);

    static final Scenario OUTAGE = new Scenario(
            "outage",
            "A provider is down for two minutes: a hundred Groq keys at 60 %, a hundred Cerebras keys",
            Scenarios::oneProviderDown,
            load(0.6, MANY, GROQ_TOKENS),
            Duration.ofMinutes(5),
            NO_PATIENCE,
            new Recovery(CEREBRAS, 0, GONE, BACK));

    static final Scenario BURST = new Scenario(
            "burst",
            "200 requests within a second on an idle pool, waiting up to a minute: five Groq keys",
            () -> Pools.of(groqs()),
            new Load(0.1 * 5 * PER_MINUTE / 60, GROQ_TOKENS, 200, Duration.ofMinutes(1), Mix.ALIKE),
            Duration.ofMinutes(3),
            PATIENCE,
            null);

    static final List<Scenario> ALL = List.of(
            STEADY,
            STEADY_WINDOWS,
            OVERLOAD,
            OVERLOAD_WAITING,
            OVERLOAD_MISJUDGED,
            OVERLOAD_SLOW_REFUSALS,
            OVERLOAD_SLOW_ANSWERS,
            OVERLOAD_MIXED,
            OVERLOAD_WINDOWS,
            OVERLOAD_SMALL,
            OVERLOAD_SMALL_WINDOWS,
            EXHAUSTED,
            SHARED,
            OUTAGE,
            BURST);

    private Scenarios() {}

    /// @param share of what so many organisations give
    private static Load load(double share, int organisations, int meanTokens) {
        return Load.steady(share * organisations * PER_MINUTE / 60, meanTokens);
    }

    private static Load smallLoad(double share, int organisations) {
        return Load.steady(share * organisations * SMALL_PER_MINUTE / 60, FEW_TOKENS);
    }

    private static Provider groqs() {
        return Pools.groq("org_a", "org_b", "org_c", "org_d", "org_e");
    }

    private static Provider cerebrases(Duration dayEnds) {
        return Pools.cerebras(dayEnds, "org_a", "org_b", "org_c", "org_d", "org_e");
    }

    private static Pool oneExhausted() {
        Provider provider = cerebrases(DAY_ENDS);
        for (Limit limit : provider.limits("org_a")) {
            if (limit.measure().period().equals(DAY)) {
                limit.take(limit.remaining(START), START);
            }
        }
        return Pools.of(provider);
    }

    private static Pool oneProviderDown() {
        Provider provider = Pools.cerebras(DAY, Pools.organisations(MANY));
        provider.fails(new Provider.Outage(START.plus(GONE), START.plus(BACK)));
        return Pools.of(Pools.groq(Pools.organisations(MANY)), provider);
    }
}
