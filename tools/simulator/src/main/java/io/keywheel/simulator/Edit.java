package io.keywheel.simulator;

import io.keywheel.simulator.Moment.AfterTokens;
import io.keywheel.simulator.Step.Head;
import io.keywheel.simulator.Step.Part;
import io.keywheel.simulator.Step.Pause;
import io.keywheel.simulator.Step.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Changes of a list of steps that keep what is said.
final class Edit {

    private Edit() {}

    /// The steps up to a moment, then the given end.
    static List<Step> stop(List<Step> steps, Moment moment, Stop stop) {
        var kept = new ArrayList<>(upTo(steps, moment));
        kept.add(stop);
        return kept;
    }

    /// The steps before a moment.
    static List<Step> upTo(List<Step> steps, Moment moment) {
        return switch (moment) {
            case Moment.Fixed.BEFORE_HEAD -> steps.subList(0, head(steps));
            case Moment.Fixed.AFTER_HEAD -> steps.subList(0, head(steps) + 1);
            case Moment.Fixed.BEFORE_CONTENT ->
                streams(steps) ? steps.subList(0, token(steps, 0)) : steps.subList(0, head(steps) + 1);
            case AfterTokens(int tokens) -> streams(steps) ? steps.subList(0, token(steps, tokens)) : halved(steps);
        };
    }

    static boolean streams(List<Step> steps) {
        return steps.contains(Events.DONE);
    }

    private static int head(List<Step> steps) {
        return IntStream.range(0, steps.size())
                .filter(i -> steps.get(i) instanceof Head)
                .findFirst()
                .orElseThrow();
    }

    /// Where the token with that number, from 0, is; where `[DONE]` is, if there are fewer.
    private static int token(List<Step> steps, int number) {
        return IntStream.range(0, steps.size())
                .filter(i -> steps.get(i) instanceof Part part && part.token())
                .skip(number)
                .findFirst()
                .orElse(steps.indexOf(Events.DONE));
    }

    private static List<Step> halved(List<Step> steps) {
        var half = new ArrayList<Step>();
        for (var step : steps) {
            switch (step) {
                case Part(var text, var token) -> half.add(new Part(text.substring(0, text.length() / 2), token));
                case Head head -> half.add(head);
                case Step.Many many -> half.add(many);
                case Step.Interim interim -> half.add(interim);
                case Pause pause -> half.add(pause);
                case Step.Hold hold -> half.add(hold);
                case Stop _ -> {}
            }
        }
        return half;
    }

    static List<Step> late(List<Step> steps, Duration delay) {
        var late = new ArrayList<Step>(List.of(new Pause(delay)));
        late.addAll(steps);
        return late;
    }

    static List<Step> slow(List<Step> steps, Duration interval) {
        var slow = new ArrayList<Step>();
        for (var step : steps) {
            if (step instanceof Part) {
                slow.add(new Pause(interval));
            }
            slow.add(step);
        }
        return slow;
    }

    static List<Step> hold(List<Step> steps, Step.Hold hold) {
        var held = new ArrayList<>(steps);
        held.add(streams(steps) ? token(steps, 1) : head(steps), hold);
        return held;
    }

    static List<Step> drip(List<Step> steps, Duration interval) {
        var drops = new ArrayList<Step>();
        for (var step : steps) {
            if (step instanceof Part(var text, var token)) {
                text.codePoints().forEach(character -> {
                    drops.add(new Pause(interval));
                    drops.add(new Part(Character.toString(character), token));
                });
            } else {
                drops.add(step);
            }
        }
        return drops;
    }
}
