package io.keywheel.domain.usage;

/// The dimensions by which usage can be summed.
public enum UsageDimension {
    CLIENT,
    MODEL,
    PROVIDER,
    DAY;

    public String of(UsageKey key) {
        return switch (this) {
            case CLIENT -> key.client();
            case MODEL -> key.model();
            case PROVIDER -> key.provider();
            case DAY -> key.day().toString();
        };
    }
}
