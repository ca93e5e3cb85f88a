package io.keywheel.simulator;

import java.util.stream.Stream;

/// A point in an answer at which it stops.
///
/// @param tokens the number of chunks with text, reasoning or a tool call before this point; below 1, see the
///     constants
public record Moment(int tokens) {

    /// Before the status line.
    public static final Moment BEFORE_HEAD = new Moment(-2);
    /// After the headers, before any byte of the body.
    public static final Moment AFTER_HEAD = new Moment(-1);
    /// After the chunk with only the role; in a whole answer the same as [#AFTER_HEAD].
    public static final Moment BEFORE_CONTENT = new Moment(0);

    /// After this number of chunks with text, reasoning or a tool call, or before the end if there are fewer. A
    /// whole answer stops in the middle of its JSON, regardless of the number.
    public static Moment afterTokens(int tokens) {
        return new Moment(tokens);
    }

    static Moment named(String name) {
        return switch (name) {
            case "before-head" -> BEFORE_HEAD;
            case "after-head" -> AFTER_HEAD;
            case "before-content" -> BEFORE_CONTENT;
            case String after
            when after.startsWith("after-tokens:") ->
                afterTokens(Values.number(after.substring("after-tokens:".length()), 1, 1_000_000));
            default ->
                throw Values.unknown(
                        "moment", name, Stream.of("before-head", "after-head", "before-content", "after-tokens:3"));
        };
    }
}
