package io.keywheel.simulator;

/// Answers whose quantities are beyond measure. A gateway has to bear each of them without harm to other keys and
/// clients.
public enum AbsurdValue implements Fault {
    /// 429 whose message says `Limit 8000, Requested 99999999`.
    HUGE_REQUEST,
    /// 429 whose `retry-after` is 2^63-1 seconds.
    ENDLESS_RETRY_AFTER,
    /// 429 whose `retry-after` is -1.
    NEGATIVE_RETRY_AFTER,
    /// The answer, with rate-limit headers that say that nothing is left for 2^63-1 seconds.
    ENDLESS_RESET,
    /// The answer, with rate-limit headers of 2^63-1 for limit and rest.
    HUGE_LIMITS,
    /// The answer, with rate-limit headers of 8000 that come back within 750 ms, however much was asked for.
    SMALL_LIMITS,
    /// The answer, with rate-limit headers of 0.
    ZERO_LIMITS,
    /// The answer, with negative rate-limit headers.
    NEGATIVE_LIMITS,
    /// The answer, with rate-limit headers of `NaN`.
    NAN_LIMITS,
    /// 100 chunks of a mebibyte without content, then the answer; in one piece 100 MiB of JSON.
    HUGE_CHUNKS,
    /// A million choices without content.
    ENDLESS_CHOICES,
    /// 64 MiB of header lines.
    ENDLESS_HEADERS,
    /// A model list in which the request's key is a model. A chat is answered as always.
    KEY_AS_MODEL
}
