package io.keywheel.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the command line says.
///
/// @param perSecond requests
/// @param faults the share of calls to the providers at which something goes wrong, 0 to 1
/// @param heap of the gateway, as the JVM takes it
/// @param tls whether clients speak TLS
/// @param log where what the gateway says goes; null for nowhere
record Options(
        Duration duration,
        double perSecond,
        double faults,
        String heap,
        long seed,
        boolean tls,
        @Nullable Path log) {

    private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,5})(s|m|h)");
    private static final Pattern HEAP = Pattern.compile("[1-9]\\d{0,4}[mg]");
    private static final double MOST_PER_SECOND = 100_000;

    /// @throws IllegalArgumentException with words for whoever wrote the line
    static Options parse(List<String> line) {
        var options = new Options(Duration.ofMinutes(1), 100, 0.2, "256m", 1, false, null);
        Iterator<String> words = line.iterator();
        while (words.hasNext()) {
            options = options.with(words.next(), words);
        }
        return options;
    }

    private Options with(String option, Iterator<String> words) {
        return switch (option) {
            case "--duration" -> new Options(time(value(option, words)), perSecond, faults, heap, seed, tls, log);
            case "--rate" -> {
                double rate = number(option, value(option, words), Double.MIN_VALUE, MOST_PER_SECOND);
                yield new Options(duration, rate, faults, heap, seed, tls, log);
            }
            case "--faults" -> {
                double share = number(option, value(option, words), 0, 1);
                yield new Options(duration, perSecond, share, heap, seed, tls, log);
            }
            case "--heap" -> new Options(duration, perSecond, faults, heap(value(option, words)), seed, tls, log);
            case "--seed" -> new Options(duration, perSecond, faults, heap, seed(value(option, words)), tls, log);
            case "--log" -> new Options(duration, perSecond, faults, heap, seed, tls, Path.of(value(option, words)));
            case "--tls" -> new Options(duration, perSecond, faults, heap, seed, true, log);
            default -> throw new IllegalArgumentException("there is no option " + option);
        };
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }

    private static Duration time(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--duration takes a time such as 90s, 10m or 1h, not " + text);
        }
        return Duration.parse("PT" + text);
    }

    private static String heap(String text) {
        if (!HEAP.matcher(text).matches()) {
            throw new IllegalArgumentException("--heap takes a size such as 128m or 1g, not " + text);
        }
        return text;
    }

    private static double number(String option, String text, double least, double most) {
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below, in the same words as for a number out of range.
        }
        String range = least > 0 && least < 1 ? "above 0, up to " : "from " + (long) least + " to ";
        throw new IllegalArgumentException(option + " takes a number " + range + (long) most + ", not " + text);
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("--seed takes a whole number, not " + text);
        }
    }
}
