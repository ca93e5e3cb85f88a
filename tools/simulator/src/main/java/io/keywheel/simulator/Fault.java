package io.keywheel.simulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// What goes wrong with an answer.
public sealed interface Fault
        permits Fault.Replied,
                Fault.RateLimited,
                Fault.Hang,
                Fault.Cut,
                Fault.Late,
                Fault.Slow,
                Fault.Held,
                Fault.Drip,
                Fault.StreamError,
                KnownError,
                ProtocolAnomaly,
                AbsurdValue {

    /// This reply instead of an answer.
    ///
    /// @param contentType left out when empty
    record Replied(int status, String contentType, Map<String, String> headers, String body) implements Fault {
        /// Copies the headers.
        public Replied {
            headers = Map.copyOf(headers);
        }

        /// The same with one header more.
        public Replied header(String name, String value) {
            var more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Replied(status, contentType, more, body);
        }
    }

    /// 429 for too many requests, in the provider's words.
    ///
    /// @param retryAfter in Groq's `retry-after`, rounded up to seconds, and in its message; Cerebras says none
    record RateLimited(Duration retryAfter) implements Fault {}

    /// Nothing more comes, and the connection stays open until the client leaves.
    record Hang(Moment moment) implements Fault {}

    /// The connection is closed.
    record Cut(Moment moment) implements Fault {}

    /// The head comes this much later.
    record Late(Duration delay) implements Fault {}

    /// Each piece of a stream comes this long after the one before, and so does the body of an answer in one piece.
    record Slow(Duration interval) implements Fault {}

    /// A stream stays at its first piece with content until `released` is counted down, and an answer in one piece
    /// does not begin before that. For Java alone: it has no name.
    record Held(CountDownLatch released) implements Fault {}

    /// The body comes one character at a time.
    record Drip(Duration interval) implements Fault {}

    /// The stream reports an error in the provider's way and ends without `[DONE]`. An answer in one piece is the
    /// error's object with status 200.
    ///
    /// @param tokens after how many pieces with content; 0: after the one that only names the role
    record StreamError(int tokens) implements Fault {}

    /// The fault of a name, as the command line and the control route take it.
    ///
    /// That is a [KnownError], an [ProtocolAnomaly] or a [AbsurdValue] in lower case with hyphens, or one of
    /// `status:503`, `rate-limited:30s`, `hang:MOMENT`, `cut:MOMENT`, `late:2s`,
    /// `slow:200ms`, `drip:5ms` and `stream-error:TOKENS`.
    /// MOMENT is `before-head`, `after-head`, `before-content` or `after-tokens:3`.
    ///
    /// @throws IllegalArgumentException when there is none, with a message for its author
    static Fault named(String name) {
        return FaultNames.parse(name);
    }

    /// An empty reply of that status.
    static Replied status(int status) {
        return new Replied(status, "", Map.of(), "");
    }

    /// A JSON reply of that status.
    static Replied status(int status, String json) {
        return new Replied(status, "application/json", Map.of(), json);
    }

    /// An HTML reply of that status.
    static Replied html(int status, String html) {
        return new Replied(status, "text/html; charset=UTF-8", Map.of(), html);
    }

    /// A plain-text reply of that status.
    static Replied text(int status, String text) {
        return new Replied(status, "text/plain", Map.of(), text);
    }
}
