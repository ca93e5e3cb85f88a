package io.keywheel.simulator;

/// A point in an answer at which it stops.
///
/// @param tokens after so many chunks with text, reasoning or a part of a tool call; below one, see the constants
public record Moment(int tokens) {

    /// Before the status line.
    public static final Moment BEFORE_HEAD = new Moment(-2);
    /// After the headers, before any byte of the body.
    public static final Moment AFTER_HEAD = new Moment(-1);
    /// After the chunk that only names the role; in an answer in one piece the same as [#AFTER_HEAD].
    public static final Moment BEFORE_CONTENT = new Moment(0);

    /// After so many chunks with text, reasoning or a part of a tool call, or before the end if there are fewer.
    /// An answer in one piece stops in the middle of its JSON, whatever the number.
    public static Moment afterTokens(int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("after how many tokens? " + tokens);
        }
        return new Moment(tokens);
    }

    /// The moment of a name, as [Fault#named] takes it.
    static Moment named(String name) {
        return switch (name) {
            case "before-head" -> BEFORE_HEAD;
            case "after-head" -> AFTER_HEAD;
            case "before-content" -> BEFORE_CONTENT;
            case String after
            when after.startsWith("after-tokens:") ->
                afterTokens(Values.number(after.substring("after-tokens:".length()), 1, 1_000_000));
            default -> throw new IllegalArgumentException("no moment is named " + name);
        };
    }
}
