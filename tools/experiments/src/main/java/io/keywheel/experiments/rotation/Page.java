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

                How good is [Keywheel's choice of keys](rotation.md), and how good are the rules that others go by? The same
                requests are played to each, with providers that limit as Groq and Cerebras do, in virtual time. `%s`
                does it again and writes this page and its pictures.

                One run could be luck, so all is played with %s. The same
                seeds give the same figures; `--seed` takes others, `--scenario` prints a single scenario with one seed.

                ## What must be shown

                At worst, with any of the seeds:

                %s
                Where limits are counted minute by minute, chance brings more than the minutes under way can give now and then:
                then even the omniscient, who sees into the providers' books, does not serve all. The deadline of a key
                is heard as late as the answer that tells of it arrives: a request that comes in between goes elsewhere.

                ## In short

                All scenarios, of each the seed in the middle:

                ![Requests served, by rule and scenario](rotation-served.svg)

                ![Calls wasted, by rule and scenario](rotation-wasted.svg)

                %s

                ## Where another rule does better

                %s
                A rule is listed that is better with at least half of the seeds, and so many are in *seeds*; *better rules*
                are all of these, the figures those of the seed in the middle. Of probes each one counts; of the rest, differences
                up to these are none: %s.

                Calls and shares are compared only with rules that serve nearly as many (at most 2 in 100 fewer), for who
                serves fewer calls less by that alone; delays only where both serve everybody, for who answers newcomers at once
                while others starve has no delay to show for those.

                Two things that help another rule here: whoever knocks again and again learns soonest that a limit or an outage
                is over, and pays with calls in vain. And where tokens run short, refusals fall on large requests: small ones
                slip through, so that more are *served* of hardly more tokens (*of capacity*).

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

    /// Why two bars of ours are longer than the others.
    private String weaknesses() {
        return """
                In `%s` Keywheel wastes %s of its calls: a request that is taken for smaller than it is
                is sent as soon as what it is taken for would fit, and refused; from the refusal it learns what the provider takes
                it for. What a request needs has to be guessed, and here the guess is off by a factor of up to three.

                In `%s` it wastes %s: of Cerebras' requests a minute
                no header tells, nor how long to wait any word of the 429. That the limit was met is known, when it is over
                is not, so that its end must be looked for, with growing pauses, and each look too early is a call in vain.""".formatted(
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
                ## What was done

                Virtual time: events in order, no threads, no sleeping. Requests come by chance (Poisson), their sizes are even
                between half and one and a half of the mean (in `%s` %d in 100 are %d times as large). Each is played
                to each rule:

                %s

                Keywheel here is the gateway's own code, not a copy, as far as it decides: `Wheel`, `Failover` and `WaitingLine`
                with all that is behind them. What is around them is played:

                - It is told how many tokens a request takes, which the gateway can only estimate: exactly, but in `%s`,
                  where what it is told is by chance between a third and three times of that.
                - It hears of an answer when all of it is there, as the gateway does, and where the answer is streamed also of
                  the first content (`Wheel.answering`), as `CommitGate` reports it.
                - What the headers and the words of a 429 say is handed to it; nothing is read off a wire.
                - Whoever is called goes at once. In the gateway a thread has to wake up first, looks once more
                  (`Wheel.isOpen`), and begins (`begin`) or gives its turn back (`withdraw`): these three are not played.
                - No timeout is played, no client leaves, no answer is cut off, and all ask for one model.

                What is not played is tested with real threads and over real sockets: `Ledger` and `ChatService` in
                `application`, the whole in the end-to-end tests of `bootstrap`. A key is a group of its own until a 429 says
                otherwise.

                The providers speak as the [simulator](simulator.md) does, in small. An organisation may have, in bold what
                the headers tell of:

                - Groq: %s.
                  The limits refill evenly; the reset in the headers is the time until they are *full*. A 429 says when to come
                  back, in whole seconds, counts what is used of the limit, and names the organisation.
                - Cerebras: %s.
                  The limits start anew at the end of each period. A 429 leaves it to the headers when to come back.

                Groq's limits are the simulator's with `--limits free`. Cerebras' are not: there they are those of its free
                trial (5 requests and 30 000 tokens a minute, 1 000 000 a day) and refill evenly. Here they are larger, so that
                there is something to choose between, and start anew all at once, so that both kinds of limits are met.

                An answer takes %d ms in the median (in `%s` %d s, and half of them are streamed, with the first content
                after a twentieth of that), a 429 %d to %d ms (in `%s` %d to %d).
                Where nobody waits, a request that is refused is lost. Where requests wait, a client that is refused comes
                back when it is told to, else as OpenAI's SDKs do (after %d ms, doubling, at most %d s), whatever the rule;
                with Keywheel, `KEYWHEEL_MAX_WAIT` is as long as the client's patience.

                *Of capacity*: tokens served while requests came in, of the most that the limits can give in that time, what
                there was at the start included. *Wasted calls*: those that brought no answer, of all upstream calls. *Delay*:
                from the arrival of a request until the call that answered it began. *Max/min share*: between the organisations
                with the most and the fewest answers. *Probes*: calls in vain to what is gone.

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
                        patience.isZero() ? "nobody waits" : "patience %d s each".formatted(patience.toSeconds()));
    }
}
