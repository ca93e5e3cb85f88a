package io.keywheel.simulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Faults as text.
final class FaultNames {

    /// The forms that take a value.
    static final List<String> FORMS = List.of(
            "status:503",
            "rate-limited:30s",
            "hang:before-head|after-head|before-content|after-tokens:3",
            "cut:before-head|after-head|before-content|after-tokens:3",
            "late:2s",
            "slow:200ms",
            "drip:5ms",
            "stream-error:0");

    private FaultNames() {}

    /// The names that stand alone.
    static List<String> plain() {
        return standalone().map(FaultNames::name).toList();
    }

    private static Stream<Enum<?>> standalone() {
        return Stream.<Enum<?>[]>of(KnownError.values(), ProtocolAnomaly.values(), AbsurdValue.values())
                .flatMap(Arrays::stream);
    }

    private static String name(Enum<?> fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Fault parse(String text) {
        var words = text.split(":", 2);
        if (words.length == 1) {
            return standalone()
                    .filter(fault -> name(fault).equals(text))
                    .map(Fault.class::cast)
                    .findFirst()
                    .orElseThrow(() -> unknown(text));
        }
        var value = words[1];
        return switch (words[0]) {
            case "status" -> Fault.status(number(value, 200, 599));
            case "rate-limited" -> new Fault.RateLimited(duration(value));
            case "hang" -> new Fault.Hang(moment(value));
            case "cut" -> new Fault.Cut(moment(value));
            case "late" -> new Fault.Late(duration(value));
            case "slow" -> new Fault.Slow(duration(value));
            case "drip" -> new Fault.Drip(duration(value));
            case "stream-error" -> new Fault.StreamError(number(value, 0, 1_000_000));
            default -> throw unknown(text);
        };
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("no fault is named " + text);
    }

    private static Moment moment(String text) {
        return switch (text) {
            case "before-head" -> Moment.BEFORE_HEAD;
            case "after-head" -> Moment.AFTER_HEAD;
            case "before-content" -> Moment.BEFORE_CONTENT;
            default -> {
                if (!text.startsWith("after-tokens:")) {
                    throw new IllegalArgumentException("no moment is named " + text);
                }
                yield Moment.afterTokens(number(text.substring("after-tokens:".length()), 1, 1_000_000));
            }
        };
    }

    static int number(String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below, in the same words as for a number out of range.
        }
        throw new IllegalArgumentException(text + " is not a number from " + least + " to " + most);
    }

    /// `500ms`, `2s` or `5m`.
    static Duration duration(String text) {
        var unit = text.replaceFirst("^[0-9]+", "");
        var digits = text.substring(0, text.length() - unit.length());
        int amount = number(digits.isEmpty() ? text : digits, 0, 1_000_000);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> throw new IllegalArgumentException(text + " is not a duration such as 500ms, 2s or 5m");
        };
    }
}
