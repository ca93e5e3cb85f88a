package io.keywheel.domain.routing;

/// All that the core knows of a key.
///
/// @param fingerprint tells keys apart in logs and pages without giving them away
public record PoolKey(KeySlot slot, QuotaGroup group, String fingerprint) {

    /// What stays of a key when its place or its group changes.
    public record Name(ProviderId provider, String fingerprint) {}

    public Name name() {
        return new Name(slot.provider(), fingerprint);
    }

    public ProviderId provider() {
        return slot.provider();
    }
}
