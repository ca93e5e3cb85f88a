package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.Timeouts;
import io.keywheel.bootstrap.adapters.AdapterFault;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.adapters.ProviderVariables;
import io.keywheel.bootstrap.settings.values.Setting;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.routing.ProviderId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Reads the providers of the rotation, with the timeouts and transport that all of them share.
record ProviderListReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    private static final String NAME = "KEYWHEEL_PROVIDERS";

    /// The providers in rotation order; the value is empty for one without a key or with a problem.
    SequencedMap<ProviderId, Optional<ProviderSetup>> read() {
        var timeouts = new Timeouts(
                variables.get(Setting.CONNECT_TIMEOUT),
                variables.get(Setting.FIRST_TOKEN_TIMEOUT),
                variables.get(Setting.IDLE_TIMEOUT));
        var options = Map.of("transport", variables.get(Setting.TRANSPORT));
        List<ProviderId> rotation = rotation();
        reportFaults(rotation);
        var reader = new ProviderReader(variables, adapters, messages, timeouts, options, new ProxyReader(variables));
        var read = new LinkedHashMap<ProviderId, Optional<ProviderSetup>>();
        for (ProviderId id : rotation) {
            read.put(id, adapters.faultsOf(id).isEmpty() ? reader.read(id) : Optional.empty());
        }
        if (messages.problems().isEmpty()) {
            reportIdleKeys(rotation);
        }
        return read;
    }

    private List<ProviderId> rotation() {
        var entries = Variables.entries(variables.text(NAME).orElse("groq,cerebras"), ",", String::strip);
        if (entries.isEmpty()) {
            messages.problem(NAME + " is set, but names no provider");
        }
        var rotation = new ArrayList<ProviderId>();
        var prefixes = new HashSet<>(List.of("KEYWHEEL_"));
        entries.forEach((place, name) -> {
            String where = NAME + ", entry " + place + ": ";
            if (!ProviderId.isValid(name)) {
                messages.problem(where + "expected names separated by commas, each a lower-case letter and up to 31 of"
                        + " a-z, 0-9, _ and -");
                return;
            }
            var id = new ProviderId(name);
            if (rotation.contains(id)) {
                messages.warning(where + "repeats " + id + " and is dropped");
            } else if (prefixes.add(ProviderVariables.of(id).prefix())) {
                rotation.add(id);
            } else {
                messages.problem(where + id + " clashes with another name, because its variables would begin with "
                        + ProviderVariables.of(id).prefix() + " too");
            }
        });
        return rotation;
    }

    /// A fault is a problem if it blocks a provider of the rotation, else a warning.
    private void reportFaults(List<ProviderId> rotation) {
        for (AdapterFault fault : adapters.faults()) {
            Optional<ProviderId> affected = rotation.stream()
                    .filter(id -> adapters.faultsOf(id).contains(fault))
                    .findFirst();
            affected.ifPresentOrElse(
                    id -> messages.problem(
                            fault.provider().isPresent()
                                    ? fault.what()
                                    : "%s; it may have been the adapter of %s, which has no other"
                                            .formatted(fault.what(), id)),
                    () -> messages.warning(fault.what()));
        }
        adapters.libraries()
                .forEach(
                        jar -> messages.notice(jar + " offers no provider: it is there for the adapters that need it"));
    }

    /// Reports keys of providers that are not in the rotation, and advises to append their names. With a problem, a
    /// name of the rotation may be a mistyped one of them.
    private void reportIdleKeys(List<ProviderId> rotation) {
        String named = rotation.stream().map(ProviderId::value).collect(Collectors.joining(","));
        adapters.known().stream()
                .filter(id -> !rotation.contains(id))
                .filter(id -> variables.isSet(ProviderVariables.of(id).keys()))
                .forEach(id -> messages.notice("%s is set, but %s does not name %s: to use it, write %s=%s,%s"
                        .formatted(ProviderVariables.of(id).keys(), NAME, id, NAME, named, id)));
    }
}
