package io.keywheel.application.port.in;

import io.keywheel.domain.failover.Exhaustion;

/// No target of a route to several providers answered, or none could be asked.
public final class AllProvidersFailedException extends ChatException {

    private static final long serialVersionUID = 1;

    private final transient Exhaustion.AllProvidersFailed exhaustion;

    public AllProvidersFailedException(Exhaustion.AllProvidersFailed exhaustion) {
        this("All providers failed", exhaustion);
    }

    AllProvidersFailedException(String message, Exhaustion.AllProvidersFailed exhaustion) {
        super(message, exhaustion.attempts());
        this.exhaustion = exhaustion;
    }

    public Exhaustion.AllProvidersFailed exhaustion() {
        return exhaustion;
    }
}
