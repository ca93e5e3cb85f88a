package io.keywheel.domain.routing;

/// The position of a key among its provider's keys. The key itself never enters the core.
///
/// @param ordinal from 1, in the order the keys were given
public record KeySlot(ProviderId provider, int ordinal) {

    public KeySlot {
        if (ordinal < 1) {
            throw new IllegalArgumentException("keys are counted from 1");
        }
    }

    /// Written out because the key pool hashes it often, and the generated one is slower.
    @Override
    public int hashCode() {
        return 31 * provider.hashCode() + ordinal;
    }

    /// How users see it: `groq/2`.
    @Override
    public String toString() {
        return provider + "/" + ordinal;
    }
}
