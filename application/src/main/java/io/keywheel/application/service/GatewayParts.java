package io.keywheel.application.service;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.List;
import java.util.Map;

/// The parts of a [Gateway] that a reload may replace.
///
/// @param providers at least one, in rotation order
/// @param ports one for each provider; the gateway closes ports that it no longer uses
/// @param catalog the models known from the start
public record GatewayParts(
        List<ProviderProfile> providers,
        Map<ProviderId, LlmPort> ports,
        ModelCatalog catalog,
        RequestLimits limits,
        ClientRules clients) {

    public GatewayParts {
        providers = List.copyOf(providers);
        ports = Map.copyOf(ports);
    }

    List<ProviderId> ids() {
        return providers.stream().map(ProviderProfile::id).toList();
    }
}
