package io.keywheel.simulator;

import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

final class Values {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,7})(ms|s|m)");

    private Values() {}

    static int number(String text, int least, int most) {
        if (text.matches("[0-9]{1,10}") && Long.parseLong(text) >= least && Long.parseLong(text) <= most) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException(text + " is not a number from " + least + " to " + most);
    }

    static IllegalArgumentException unknown(String kind, String name, Stream<String> known) {
        return new IllegalArgumentException(
                "no " + kind + " is named " + name + "; there are " + known.collect(Collectors.joining(", ")));
    }

    /// Parses durations such as `500ms`, `2s` or `5m`.
    static Duration duration(String text) {
        var time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException(text + " is not a duration such as 500ms, 2s or 5m");
        }
        int amount = number(time.group(1), 0, 1_000_000);
        return time.group(2).equals("ms") ? Duration.ofMillis(amount) : Duration.parse("PT" + amount + time.group(2));
    }
}
