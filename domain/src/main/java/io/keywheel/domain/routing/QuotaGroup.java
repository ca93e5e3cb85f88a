package io.keywheel.domain.routing;

/// Keys that share one limit upstream: those of one organisation or project.
///
/// @param name unique within the provider
public record QuotaGroup(ProviderId provider, String name) {

    /// Written out because the key pool hashes it often, and the generated one is slower.
    @Override
    public int hashCode() {
        return 31 * provider.hashCode() + name.hashCode();
    }
}
