package io.keywheel.simulator;

/// A point in an answer at which it stops.
public sealed interface Moment {

    /// Before the status line.
    Moment BEFORE_HEAD = Fixed.BEFORE_HEAD;
    /// After the headers, before any byte of the body.
    Moment AFTER_HEAD = Fixed.AFTER_HEAD;
    /// After the chunk that only names the role; in an answer in one piece the same as [#AFTER_HEAD].
    Moment BEFORE_CONTENT = Fixed.BEFORE_CONTENT;

    /// After so many chunks with text, reasoning or a part of a tool call, or before the end if there are fewer.
    /// An answer in one piece stops in the middle of its JSON, whatever the number.
    static Moment afterTokens(int tokens) {
        return new AfterTokens(tokens);
    }

    /// The moments without a number.
    enum Fixed implements Moment {
        /// See [Moment#BEFORE_HEAD].
        BEFORE_HEAD,
        /// See [Moment#AFTER_HEAD].
        AFTER_HEAD,
        /// See [Moment#BEFORE_CONTENT].
        BEFORE_CONTENT
    }

    /// See [Moment#afterTokens].
    ///
    /// @param tokens one or more
    record AfterTokens(int tokens) implements Moment {
        /// Refuses a number below one.
        public AfterTokens {
            if (tokens < 1) {
                throw new IllegalArgumentException("after how many tokens? " + tokens);
            }
        }
    }
}
