package io.keywheel.application.port.in;

import io.keywheel.domain.failover.Exhaustion;

/// No key of the provider answered, or none could be asked.
public final class AllKeysFailedException extends ChatException {

    private static final long serialVersionUID = 1;

    private final transient Exhaustion.AllKeysFailed exhaustion;

    public AllKeysFailedException(Exhaustion.AllKeysFailed exhaustion) {
        this("All keys of " + exhaustion.provider() + " failed", exhaustion);
    }

    AllKeysFailedException(String message, Exhaustion.AllKeysFailed exhaustion) {
        super(message, exhaustion.attempts());
        this.exhaustion = exhaustion;
    }

    public Exhaustion.AllKeysFailed exhaustion() {
        return exhaustion;
    }
}
