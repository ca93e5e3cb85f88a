package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Limit;
import io.keywheel.experiments.world.Measure;
import io.keywheel.experiments.world.Provider;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
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
        return head()
                + whatWasDone()
                + results.scenarios().stream().map(this::section).collect(Collectors.joining());
    }

    private String head() {
        return """
                # Rotation, measured

                This page compares [Keywheel's rotation](rotation.md) with six common strategies. Each one receives the same
                requests in virtual time, with providers that limit as Groq and Cerebras do. `%s`
                repeats the experiment and writes this page and its charts.

                It runs with %s. The same
                seeds give the same figures; `--seed` selects others, `--scenario` prints one scenario with one seed.

                ## Requirements

                The worst value over all seeds:

                %s
                If limits count minute by minute, the random load sometimes exceeds the current minutes. Even the oracle, which
                sees the providers' counters, cannot serve all requests then. Keywheel learns a key's deadline when the
                answer with it arrives; a request before that uses another key.

                ## In short

                All scenarios, each with its median seed:

                ![Requests served, by rule and scenario](rotation-served.svg)

                ![Calls wasted, by rule and scenario](rotation-wasted.svg)

                %s

                ## Where another rule does better

                %s
                The table lists rules that are better with at least half of the seeds (*seeds*). *Better rules* is
                their number; figures are those of the median seed. Every probe counts; other differences
                up to these do not: %s.

                Calls and shares are compared only with rules that serve nearly as many requests (at most 2 %% fewer). Delays
                are compared only if both serve all requests, because requests that starve have no delay.

                Two effects favour other rules. Frequent retries detect the end of a limit or an outage first, at the price of
                wasted calls. And if tokens are scarce, refusals hit large requests: more small ones are *served* with
                hardly more tokens (*of capacity*).

                """.formatted(
                        COMMAND,
                        seeds(),
                        Promise.table(results),
                        weaknesses(),
                        new Rivalry(results).markdown(),
                        Column.tolerances());
    }

    private String seeds() {
        return "the seeds %1$d to %2$d; the tables by scenario, below, are of seed %1$d"
                .formatted(results.seed(), results.seed() + results.seeds() - 1);
    }

    /// Why Keywheel wastes more calls in two scenarios.
    private String weaknesses() {
        return """
                In `%s` Keywheel wastes %s of its calls. It estimates the tokens of a request, here wrong by a
                factor of up to three. An underestimated request is sent too early and refused; the refusal corrects the estimate.

                In `%s` it wastes %s. No header reports Cerebras' requests per minute,
                and its 429 has no `Retry-After`. Keywheel therefore probes for the end of the limit with growing pauses,
                and each early probe is wasted.""".formatted(
                        Scenarios.OVERLOAD_MISJUDGED.name(),
                        wasted(Scenarios.OVERLOAD_MISJUDGED),
                        Scenarios.OVERLOAD_SMALL_WINDOWS.name(),
                        wasted(Scenarios.OVERLOAD_SMALL_WINDOWS));
    }

    private String wasted(Scenario named) {
        Figures ours = results.median(results.scenario(named.name()), Contender.OURS, Column.WASTED);
        return Column.percent(ours.wastedShare());
    }

    private static String whatWasDone() {
        return """
                ## Method

                Time is virtual: events in order, no threads, no sleeping. Requests arrive at random (Poisson); their sizes are uniform
                between 0.5 and 1.5 times the mean (in `%s`, %d %% are %d times as large). Each rule receives
                each request:

                %s

                Keywheel is the gateway's own policy code: `KeyPool`, `Failover`, `WaitQueue`
                and everything behind them. Their surroundings are simulated:

                - The policy receives the exact number of tokens of a request, which the gateway can only estimate. In `%s`,
                  the number is wrong by a random factor between a third and three.
                - An answer is reported when it is complete; if it is streamed, its first content is reported, too
                  (`KeyPool.answering`), as by `CommitGate`.
                - The values of headers and 429 messages are passed on directly, without parsing.
                - A selected request starts at once. In the gateway, a thread wakes up, checks again
                  (`KeyPool.isOpen`), and begins (`begin`) or withdraws (`withdraw`): these three are not simulated.
                - There are no timeouts, disconnects or interrupted answers, and one model.

                Tests with real threads and sockets cover the others: those of `KeyScheduler` and `ChatService` in
                `application`, and the end-to-end tests of `bootstrap`. Each key is its own quota group until a 429 shows
                otherwise.

                The providers behave like the [simulator](simulator.md). The limits of an organisation, in bold those that
                headers report:

                - Groq: %s.
                  The limits refill continuously; the reset in the headers is the time until they are *full*. A 429 has `Retry-After`
                  in whole seconds, the used part of the limit, and the organisation.
                - Cerebras: %s.
                  The limits restart at the end of each period. A 429 has no `Retry-After`.

                Groq's limits are the simulator's with `--limits free`. Cerebras' free plan has less
                (5 requests and 30 000 tokens a minute, 1 000 000 a day) and refills continuously. Larger limits leave a
                choice of keys, and periods that restart at once cover both kinds of limits.

                The median answer takes %d ms (in `%s` %d s, half of them streamed, with the first content
                after a twentieth of that), a 429 %d to %d ms (in `%s` %d to %d).
                Without waiting, a refused request is lost. With waiting, a refused client retries
                after `Retry-After`, else as OpenAI's SDKs do (after %d ms, doubling, at most %d s), with every rule;
                with Keywheel, `KEYWHEEL_MAX_WAIT` equals the client's patience.

                *Of capacity*: tokens served while requests arrived, in relation to the most that the limits allow in that time,
                including their initial content. *Wasted calls*: upstream calls without an answer. *Delay*:
                from the arrival of a request to the start of the call that answered it. *Max/min share*: between the organisations
                with the most and the fewest answers. *Probes*: failed calls to a dead provider.

                """.formatted(
                        Scenarios.OVERLOAD_MIXED.name(),
                        Math.round(100 * Scenarios.OVERLOAD_MIXED.load().mix().large()),
                        Mix.TIMES,
                        rules(),
                        Scenarios.OVERLOAD_MISJUDGED.name(),
                        limits(Pools.groq("org")),
                        limits(Pools.cerebras(Pools.DAY, "org")),
                        Pace.USUAL.answer().toMillis(),
                        Scenarios.OVERLOAD_SLOW_ANSWERS.name(),
                        Scenarios.OVERLOAD_SLOW_ANSWERS.pace().answer().toSeconds(),
                        Pace.USUAL.refusal().toMillis(),
                        2 * Pace.USUAL.refusal().toMillis(),
                        Scenarios.OVERLOAD_SLOW_REFUSALS.name(),
                        Scenarios.OVERLOAD_SLOW_REFUSALS.pace().refusal().toMillis(),
                        2 * Scenarios.OVERLOAD_SLOW_REFUSALS.pace().refusal().toMillis(),
                        Run.FIRST_BACKOFF.toMillis(),
                        Run.LONGEST_BACKOFF.toSeconds());
    }

    private static String rules() {
        return "| rule | which key | attempts for one request, where it is used |\n|---|---|---|\n"
                + Arrays.stream(Contender.values())
                        .map(contender ->
                                "| %s | %s | %s |".formatted(contender.label, contender.words, contender.attempts))
                        .collect(Collectors.joining("\n"));
    }

    private static String limits(Provider provider) {
        return provider.limits("org").stream()
                .map(Limit::measure)
                .map(measure -> measure.isTold() ? "**" + words(measure) + "**" : words(measure))
                .collect(Collectors.joining(", "));
    }

    private static String words(Measure measure) {
        String words = measure.words();
        return String.format(Locale.ROOT, "%,d ", measure.capacity()).replace(',', ' ')
                + words.substring(0, 1).toLowerCase(Locale.ROOT)
                + words.substring(1);
    }

    private String section(Scenario scenario) {
        var section = new StringBuilder("## " + scenario.title() + "\n\n");
        section.append(facts(scenario)).append("\n\n");
        section.append(new Table(scenario, results).markdown()).append('\n');
        section.append(Notes.on(scenario));
        if (PICTURED.contains(scenario.name())) {
            section.append("![%s](rotation-%s.svg)%n%n".formatted(scenario.title(), scenario.name()));
        }
        return section.toString();
    }

    private String facts(Scenario scenario) {
        Duration patience = scenario.patience();
        return "`%s`: %d requests in %d min, of %d tokens on average; %s."
                .formatted(
                        scenario.name(),
                        results.first(scenario, Contender.OURS).requests(),
                        scenario.time().toMinutes(),
                        scenario.load().meanTokens(),
                        patience.isZero()
                                ? "requests do not wait"
                                : "patience %d s each".formatted(patience.toSeconds()));
    }
}
