package io.keywheel.soak;

/// How a request ended for the client.
///
/// @param detail the code of an error, or what is wrong
record Outcome(Kind kind, String detail) {

    /// The columns of the report.
    enum Kind {
        /// The whole answer to this question.
        RIGHT("right"),
        /// No answer, and an error that says why.
        ERROR("error"),
        /// The beginning of the right answer, and an error that says why there is no more.
        BROKEN_OFF("broken off"),
        /// The client disconnected.
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
