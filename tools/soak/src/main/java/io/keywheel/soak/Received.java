package io.keywheel.soak;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came back over HTTP.
///
/// @param status 0 where there was no head
/// @param provider who answered, as the head tells; null where it does not
/// @param model likewise
/// @param asked whether the head tells of an attempt at a provider
/// @param lines of the body, as far as it came
/// @param failure why it ended before its end; null where it did not
record Received(
        int status,
        @Nullable String provider,
        @Nullable String model,
        boolean asked,
        List<String> lines,
        @Nullable String failure) {

    /// The failure of an answer that was not waited for any longer.
    static final String TIMEOUT = "no end in time";

    Received {
        lines = List.copyOf(lines);
    }

    /// As `provider/model`; null where the head does not tell.
    @Nullable
    String speaker() {
        return provider == null || model == null ? null : provider + "/" + model;
    }

    /// The data of its events.
    List<String> events() {
        return lines.stream()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    /// As it came.
    String raw() {
        return "status " + status + " by " + speaker() + " " + String.join("\n", lines)
                + (failure == null ? "" : " [" + failure + "]");
    }
}
