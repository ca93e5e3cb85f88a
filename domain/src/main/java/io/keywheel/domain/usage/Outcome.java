package io.keywheel.domain.usage;

import io.keywheel.domain.failover.Failure;

/// How a request or an attempt ended.
///
/// @param label `ok`, or the failure in one word, as in the log
public record Outcome(String label) {

    public static final Outcome OK = new Outcome("ok");

    public static final Outcome CLIENT_GONE = new Outcome("client_gone");

    public static final Outcome CANCELLED = of(Failure.Kind.CANCELLED);

    public static Outcome of(Failure.Kind kind) {
        return new Outcome(kind.label());
    }

    public boolean isOk() {
        return equals(OK);
    }

    /// Whether the client left or cancelled, so that neither the gateway nor a provider failed.
    public boolean isEndedByClient() {
        return equals(CLIENT_GONE) || equals(CANCELLED);
    }
}
