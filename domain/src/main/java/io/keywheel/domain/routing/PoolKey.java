package io.keywheel.domain.routing;

/// A key as the core knows it, without the secret.
///
/// @param fingerprint identifies the key in logs and pages without revealing it
public record PoolKey(KeySlot slot, QuotaGroup group, String fingerprint) {

    /// The identity of a key, which stays when its slot or its group changes.
    public record Name(ProviderId provider, String fingerprint) {}

    public Name name() {
        return new Name(slot.provider(), fingerprint);
    }

    public ProviderId provider() {
        return slot.provider();
    }
}
