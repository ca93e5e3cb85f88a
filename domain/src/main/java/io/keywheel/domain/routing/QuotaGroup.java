package io.keywheel.domain.routing;

/// Keys that share one limit upstream: those of one organisation or project.
///
/// @param name unique within the provider
public record QuotaGroup(ProviderId provider, String name) {}
