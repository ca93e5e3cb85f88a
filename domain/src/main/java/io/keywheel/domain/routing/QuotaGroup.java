package io.keywheel.domain.routing;

/// Keys that share one limit upstream: those of one organisation or project.
///
/// @param name unique within the provider
public record QuotaGroup(ProviderId provider, String name) {

    /// Spelt out because the wheel hashes it often, and the one that the compiler makes is slower.
    @Override
    public int hashCode() {
        return 31 * provider.hashCode() + name.hashCode();
    }
}
