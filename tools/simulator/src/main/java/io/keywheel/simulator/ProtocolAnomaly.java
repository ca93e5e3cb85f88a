package io.keywheel.simulator;

/// Ways to answer that no documentation mentions and every client meets.
public enum ProtocolAnomaly implements Fault {
    /// 200 that ends with `stop` and has neither text nor reasoning.
    EMPTY_TEXT,
    /// 200 that ends with `length` and has reasoning but no text: reasoning used the budget.
    EMPTY_BY_LENGTH,
    /// A stream of `[DONE]` alone; an answer in one piece is `{}`.
    ONLY_DONE,
    /// 200 with an empty body.
    NOTHING,
    /// 200 with HTML in place of JSON, declared as what was asked for.
    NOT_JSON,
    /// JSON that ends in its middle, the last event of a stream likewise, in an intact HTTP body.
    TRUNCATED_JSON,
    /// A stream whose first event with content is not JSON; an answer in one piece is truncated.
    BROKEN_EVENT,
    /// A stream without `[DONE]`; an answer in one piece is as always.
    NO_DONE,
    /// The connection is closed after the answer without saying so.
    SILENT_CLOSE,
    /// An interim 103 comes before the answer.
    INTERIM_103,
    /// The end of the connection ends the body.
    CLOSE_DELIMITED,
    /// 400 whose message repeats the `Authorization` header.
    ECHO_KEY,
    /// 307 to the same route of another provider of this server.
    REDIRECT
}
