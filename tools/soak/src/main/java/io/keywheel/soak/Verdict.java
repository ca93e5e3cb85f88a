package io.keywheel.soak;

/// The verdict on the outcome of a request.
///
/// @param detail the code of an error, or a description of what is wrong
record Verdict(Kind kind, String detail) {

    enum Kind {
        /// The whole answer to this question.
        RIGHT("right"),
        /// No answer, but an error with the reason.
        ERROR("error"),
        /// The beginning of the right answer, and an error with the reason of its end.
        BROKEN_OFF("broken off"),
        LEFT("left"),
        /// Neither an answer nor an error before the deadline, or an end without an error.
        LOST("LOST"),
        /// Another text, an incomplete answer without an error, or an error that a valid request cannot cause.
        WRONG("WRONG");

        final String label;

        Kind(String label) {
            this.label = label;
        }
    }
}
