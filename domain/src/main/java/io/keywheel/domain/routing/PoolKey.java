package io.keywheel.domain.routing;

/// All that the core knows of a key.
///
/// @param fingerprint tells keys apart in logs and pages without giving them away
public record PoolKey(KeySlot slot, QuotaGroup group, String fingerprint) {

    public ProviderId provider() {
        return slot.provider();
    }
}
