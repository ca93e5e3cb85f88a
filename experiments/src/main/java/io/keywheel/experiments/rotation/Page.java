package io.keywheel.experiments.rotation;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/// `docs/rotation-experiment.md`.
final class Page {

    private static final String COMMAND = "./keywheel experiment rotation";

    private static final Set<String> PICTURED = Set.of("exhausted", "outage", "burst");

    private final Results results;

    Page(Results results) {
        this.results = results;
    }

    String markdown() {
        return head() + results.scenarios().stream().map(this::section).collect(Collectors.joining());
    }

    private String head() {
        return """
                # Rotation, measured

                This page compares how Keywheel chooses keys with the rules that others go by. `%s` writes it and its
                pictures; with the same seed, here %d, they come out the same to the byte. `--seed` takes another.

                ## What was done

                Each scenario below is played to each rule in virtual time: events in order, no threads, no sleeping, the same
                requests for all. Ours is the gateway's own code (`Wheel`, `Failover`), not a copy. The providers are those of
                the [simulator](simulator.md) in small: limits per organisation, which Groq refills evenly and Cerebras by the
                window; headers that tell of requests a day and tokens a minute and of nothing else; Groq's reset is the time
                until the bucket is *full*; Groq's 429 says when to come back in whole seconds, Cerebras' does not. Groq gives an
                organisation 30 requests and 8 000 tokens a minute, 1 000 requests and 200 000 tokens a day; Cerebras 30
                requests and 60 000 tokens a minute, 14 400 requests a day. A request takes 320 tokens at Groq and 2 400 at Cerebras on
                average, evenly from half to one and a half of that: 25 a minute for each organisation. An answer takes 0.4 s in the
                median, a 429 some 45 ms. Requests come by chance (Poisson) for 20 minutes (the burst: 3).

                Each rule asks as often for one request as where it is used:

                %s

                A cooldown rule cools a key that failed without a header for 5 s. Where a scenario has requests wait, a client that is
                refused comes back when it is told to, else as OpenAI's SDKs do (0.5 s, doubling, at most 8 s), for a minute from
                its first try, whatever the rule; Keywheel has `KEYWHEEL_MAX_WAIT=60s` besides, and its waiting requests go first
                come, first served. Elsewhere a request that is refused once is lost.

                *Of capacity*: tokens served while requests came in, of the most that the limits can give in that time, the full
                buckets of the start included. *Wasted calls*: those that brought no answer, of all upstream calls. *Delay*: from
                the arrival of a request until the call that answered it began. *Max/min share*: between the keys with the most
                and the fewest answers. Below each table stands in which figure another rule does better; a rule that serves few
                can waste little.

                ## In short

                ![Requests served, by rule and scenario](rotation-served.svg)

                ![Calls wasted, by rule and scenario](rotation-wasted.svg)

                Both: `%s --seed %d`.

                """.formatted(COMMAND, results.seed(), attempts(), COMMAND, results.seed());
    }

    private static String attempts() {
        return "| rule | attempts for one request |\n|---|---|\n"
                + Arrays.stream(Contender.values())
                        .map(contender -> "| " + contender.label + " | " + contender.attempts + " |")
                        .collect(Collectors.joining("\n"));
    }

    private String section(Scenario scenario) {
        var section = new StringBuilder("## " + scenario.title() + "\n\n");
        section.append(new Table(scenario, results).markdown()).append('\n');
        if (PICTURED.contains(scenario.name())) {
            section.append("![%s](rotation-%s.svg)%n%n".formatted(scenario.title(), scenario.name()));
        }
        return section.append("`%s --scenario %s --seed %d`%n%n".formatted(COMMAND, scenario.name(), results.seed()))
                .toString();
    }
}
