package io.keywheel.bootstrap.gateway;

import io.keywheel.application.assembly.GatewayParts;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.bootstrap.settings.CannotOpenException;
import io.keywheel.bootstrap.settings.ProviderSetup;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The providers of the rotation, ready to be spoken to.
record OpenProviders(List<ProviderSetup> setups, Map<ProviderId, LlmPort> ports) {

    /// @throws CannotOpenException when one of them cannot be opened
    static OpenProviders open(List<ProviderSetup> setups) {
        return new OpenProviders(List.of(), Map.of()).become(setups);
    }

    /// These providers, by the ports that there are as far as they are just the same.
    ///
    /// @throws CannotOpenException when one of them cannot be opened; then none has been
    OpenProviders become(List<ProviderSetup> others) {
        var all = new LinkedHashMap<ProviderId, LlmPort>();
        var opened = new ArrayList<LlmPort>();
        try {
            for (ProviderSetup setup : others) {
                LlmPort port = isOpen(setup) ? Objects.requireNonNull(ports.get(setup.id())) : setup.open();
                if (!uses(port)) {
                    opened.add(port);
                }
                all.put(setup.id(), port);
            }
        } catch (RuntimeException | Error e) {
            opened.forEach(LlmPort::close);
            throw e;
        }
        return new OpenProviders(others, all);
    }

    /// An adapter may say that two ports are equal, which does not make them one.
    @SuppressWarnings("ReferenceEquality")
    private boolean uses(LlmPort wanted) {
        return ports.values().stream().anyMatch(port -> port == wanted);
    }

    /// Whether `others` use no port but these.
    boolean useAllOf(OpenProviders others) {
        return others.ports.values().stream().allMatch(this::uses);
    }

    private boolean isOpen(ProviderSetup wanted) {
        return setups.stream().anyMatch(setup -> setup.settings().equals(wanted.settings()));
    }

    /// Those who are elsewhere in `others`: another address is another provider, whatever its name.
    Set<ProviderId> movedIn(OpenProviders others) {
        return setups.stream()
                .filter(setup -> others.setups.stream()
                        .anyMatch(other -> other.id().equals(setup.id())
                                && !other.settings()
                                        .baseUrl()
                                        .equals(setup.settings().baseUrl())))
                .map(ProviderSetup::id)
                .collect(Collectors.toSet());
    }

    GatewayParts parts(RequestLimits requestLimits) {
        return new GatewayParts(profiles(), ports, catalog(), requestLimits);
    }

    List<ProviderProfile> profiles() {
        return setups.stream().map(ProviderSetup::profile).toList();
    }

    /// What can be named before any provider was asked: what its adapter knows, and what the settings say.
    private ModelCatalog catalog() {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        for (ProviderSetup setup : setups) {
            var known = new LinkedHashSet<ModelId>();
            known.add(setup.profile().defaultModel());
            known.addAll(setup.adapter().defaults().knownModels());
            models.put(setup.id(), known);
        }
        return new ModelCatalog(models);
    }
}
