package io.keywheel.soak;

/// How a request ended for the client.
sealed interface Outcome {

    /// The whole answer to this question.
    record Right() implements Outcome {}

    /// No answer, and an error that says why.
    record Refused(String kind) implements Outcome {}

    /// A beginning of the right answer, and an error that says why there is no more.
    record BrokenOff(String kind) implements Outcome {}

    /// The client went away and was owed nothing more.
    record Left() implements Outcome {}

    /// Neither an answer nor an error before the deadline, or an end without a word.
    record Lost(String how) implements Outcome {}

    /// Something that must not be said: another's answer, half an answer as if it were whole, an error of the
    /// gateway's own making.
    record Wrong(String how) implements Outcome {}
}
