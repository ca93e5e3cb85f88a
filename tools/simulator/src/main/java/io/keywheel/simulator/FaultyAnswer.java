package io.keywheel.simulator;

import io.keywheel.simulator.Fault.WithValue;
import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.http.Step.Head;
import io.keywheel.simulator.http.Step.Hold;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.http.Step.Pause;
import io.keywheel.simulator.http.Step.Stop;
import io.keywheel.simulator.wire.Json;
import io.keywheel.simulator.wire.ProviderError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

final class FaultyAnswer {

    private FaultyAnswer() {}

    static List<Step> of(Fault fault, ProviderRequest asked) {
        return switch (fault) {
            case KnownError error -> error.reply(asked);
            case ProtocolAnomaly anomaly -> anomaly.reply(asked);
            case AbsurdValue absurd -> absurd.reply(asked);
            case WithValue valued -> withValue(valued, asked);
        };
    }

    private static List<Step> withValue(WithValue fault, ProviderRequest asked) {
        return switch (fault) {
            case Fault.RateLimited(var wait) -> KnownError.rateLimited(asked, wait);
            case Fault.Replied(var status, var json) ->
                Reply.text(status, json.isEmpty() ? "text/plain" : "application/json", Map.of(), json);
            case Fault.Hang(var moment) -> ending(asked.normal(), moment, Pause.FOREVER, Stop.CUT);
            case Fault.Cut(var moment) -> ending(asked.normal(), moment, Stop.CUT);
            case Fault.Late(var delay) -> with(asked.normal(), 0, new Pause(delay));
            case Fault.Slow(var interval) -> parts(asked.normal(), part -> Stream.of(new Pause(interval), part));
            case Fault.Drip(var interval) ->
                parts(
                        asked.normal(),
                        part -> part.text()
                                .codePoints()
                                .boxed()
                                .flatMap(character -> Stream.of(
                                        new Pause(interval), new Part(Character.toString(character), part.token()))));
            case Fault.Held(var released) -> held(asked.normal(), new Hold(released));
            case Fault.StreamError(var tokens) -> streamError(asked, tokens);
        };
    }

    private static List<Step> held(List<Step> steps, Hold hold) {
        return with(steps, streams(steps) ? token(steps, 1) : head(steps), hold);
    }

    private static List<Step> streamError(ProviderRequest asked, int tokens) {
        var dialect = asked.dialect();
        var steps = asked.normal();
        return streams(steps)
                ? ending(steps, new Moment(tokens), dialect.errorEvent(ProviderError.INTERNAL), Stop.END)
                : Reply.json(200, dialect.headers(asked.stamp()), dialect.error(ProviderError.INTERNAL));
    }

    /// The steps before `moment`, followed by `end`.
    static List<Step> ending(List<Step> steps, Moment moment, Step... end) {
        var kept = new ArrayList<>(upTo(steps, moment));
        kept.addAll(List.of(end));
        return kept;
    }

    static List<Step> with(List<Step> steps, int index, Step step) {
        var more = new ArrayList<>(steps);
        more.add(index, step);
        return more;
    }

    static List<Step> withHead(List<Step> steps, UnaryOperator<Head> change) {
        return steps.stream()
                .map(step -> step instanceof Head head ? change.apply(head) : step)
                .toList();
    }

    private static List<Step> parts(List<Step> steps, Function<Part, Stream<Step>> change) {
        return steps.stream()
                .flatMap(step -> step instanceof Part part ? change.apply(part) : Stream.of(step))
                .toList();
    }

    static List<Step> upTo(List<Step> steps, Moment moment) {
        if (moment.tokens() > 0 && !streams(steps)) {
            return parts(steps, part -> Stream.of(halved(part))).stream()
                    .filter(step -> !(step instanceof Stop))
                    .toList();
        }
        boolean byToken = moment.tokens() >= 0 && streams(steps);
        int afterHead = head(steps) + (moment.equals(Moment.BEFORE_HEAD) ? 0 : 1);
        return steps.subList(0, byToken ? token(steps, moment.tokens()) : afterHead);
    }

    private static Part halved(Part part) {
        return new Part(part.text().substring(0, part.text().length() / 2), part.token());
    }

    static boolean streams(List<Step> steps) {
        return steps.contains(Json.DONE);
    }

    private static int head(List<Step> steps) {
        return index(steps, Head.class::isInstance, 0).orElseThrow();
    }

    /// The index of the token `number`, from 0; that of `[DONE]` if there are fewer tokens.
    private static int token(List<Step> steps, int number) {
        return index(steps, step -> step instanceof Part part && part.token(), number)
                .orElse(steps.indexOf(Json.DONE));
    }

    private static OptionalInt index(List<Step> steps, Predicate<Step> wanted, int number) {
        return IntStream.range(0, steps.size())
                .filter(i -> wanted.test(steps.get(i)))
                .skip(number)
                .findFirst();
    }
}
