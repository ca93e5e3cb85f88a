package io.keywheel.simulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

public sealed interface Fault permits Fault.WithValue, KnownError, ProtocolAnomaly, AbsurdValue {

    sealed interface WithValue extends Fault {}

    /// The forms of names that take a value. MOMENT is `before-head`, `after-head`, `before-content` or
    /// `after-tokens:3`.
    List<String> FORMS = List.of(
            "status:503",
            "rate-limited:30s",
            "hang:MOMENT",
            "cut:MOMENT",
            "late:2s",
            "slow:200ms",
            "drip:5ms",
            "stream-error:0");

    /// A reply that replaces the answer.
    ///
    /// @param json the body; empty for none
    record Replied(int status, String json) implements WithValue {}

    /// 429 for too many requests, in the provider's error format.
    ///
    /// @param retryAfter sent in Groq's `retry-after`, rounded up to seconds, and in its message; Cerebras
    ///     sends neither
    record RateLimited(Duration retryAfter) implements WithValue {}

    /// The answer stops, and the connection stays open until the client disconnects.
    record Hang(Moment moment) implements WithValue {}

    record Cut(Moment moment) implements WithValue {}

    record Late(Duration delay) implements WithValue {}

    /// Each chunk of a stream, and the body of a whole answer, is delayed by `interval`.
    record Slow(Duration interval) implements WithValue {}

    /// A stream stops before its second chunk with content, and a whole answer before its head, until
    /// `released` is counted down. Only for tests in Java: this fault has no name.
    record Held(CountDownLatch released) implements WithValue {}

    /// The body is sent one character at a time.
    record Drip(Duration interval) implements WithValue {}

    /// The stream ends with an error in the provider's format and without `[DONE]`. A whole answer is the
    /// error's object with status 200.
    ///
    /// @param tokens the number of chunks with content before the error; 0: after the chunk with only the role
    record StreamError(int tokens) implements WithValue {}

    /// Parses a fault's name, as the command line and the control endpoint accept it.
    ///
    /// A name is a [KnownError], [ProtocolAnomaly] or [AbsurdValue] in lower case with hyphens, or one of
    /// [#FORMS].
    ///
    /// @throws IllegalArgumentException if the name is unknown; its message is for users
    static Fault named(String name) {
        var words = name.split(":", 2);
        var value = words[words.length - 1];
        return switch (words.length == 1 ? "" : words[0]) {
            case "status" -> status(Values.number(value, 200, 599));
            case "rate-limited" -> new RateLimited(Values.duration(value));
            case "hang" -> new Hang(Moment.named(value));
            case "cut" -> new Cut(Moment.named(value));
            case "late" -> new Late(Values.duration(value));
            case "slow" -> new Slow(Values.duration(value));
            case "drip" -> new Drip(Values.duration(value));
            case "stream-error" -> new StreamError(Values.number(value, 0, 1_000_000));
            default ->
                constants()
                        .filter(fault -> name(fault).equals(name))
                        .map(Fault.class::cast)
                        .findFirst()
                        .orElseThrow(
                                () -> Values.unknown("fault", name, Stream.concat(FORMS.stream(), alone().stream())));
        };
    }

    static List<String> alone() {
        return constants().map(Fault::name).toList();
    }

    private static Stream<Enum<?>> constants() {
        return Stream.<Enum<?>[]>of(KnownError.values(), ProtocolAnomaly.values(), AbsurdValue.values())
                .flatMap(Arrays::stream);
    }

    private static String name(Enum<?> fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Replied status(int status) {
        return new Replied(status, "");
    }
}
