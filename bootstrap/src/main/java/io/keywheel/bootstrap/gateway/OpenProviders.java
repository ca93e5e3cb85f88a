package io.keywheel.bootstrap.gateway;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.bootstrap.settings.CannotOpenException;
import io.keywheel.bootstrap.settings.ProviderSetup;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/// The providers of the rotation, ready to be spoken to.
record OpenProviders(List<ProviderSetup> setups, Map<ProviderId, LlmPort> ports) implements AutoCloseable {

    /// @throws CannotOpenException when one of them cannot be opened
    static OpenProviders open(List<ProviderSetup> setups) {
        var ports = new LinkedHashMap<ProviderId, LlmPort>();
        try {
            setups.forEach(setup -> ports.put(setup.id(), setup.open()));
        } catch (CannotOpenException e) {
            ports.values().forEach(LlmPort::close);
            throw e;
        }
        return new OpenProviders(setups, ports);
    }

    List<ProviderProfile> profiles() {
        return setups.stream().map(ProviderSetup::profile).toList();
    }

    /// What can be named before any provider was asked: what its adapter knows, and what the settings say.
    ModelCatalog catalog() {
        var models = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        for (ProviderSetup setup : setups) {
            var known = new LinkedHashSet<ModelId>();
            known.add(setup.profile().defaultModel());
            known.addAll(setup.adapter().defaults().knownModels());
            models.put(setup.id(), known);
        }
        return new ModelCatalog(models);
    }

    @Override
    public void close() {
        ports.values().forEach(LlmPort::close);
    }
}
