package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.bootstrap.adapters.AdapterJars;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.adapters.ProviderVariables;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.bootstrap.settings.clients.ClientRulesReader;
import io.keywheel.bootstrap.settings.clients.ListenerReader;
import io.keywheel.bootstrap.settings.clients.ListenerSettings;
import io.keywheel.bootstrap.settings.values.Setting;
import io.keywheel.bootstrap.settings.values.Sha256;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.ValueParser;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ProviderId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads all settings, with one reader per subject. [Setting] lists those with one value and a default.
record SettingsReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    private static final String DATA = "KEYWHEEL_DATA";
    private static final String ADAPTERS = "KEYWHEEL_ADAPTERS";
    private static final String STORE = "KEYWHEEL_SHARED_STATE";
    private static final String SALT = "KEYWHEEL_SHARED_STATE_SALT";

    /// @param folder the default folder of adapter jars; may be missing
    static SettingsReader of(
            Variables variables, Adapters installed, Optional<Path> folder, ValidationMessages messages) {
        Adapters adapters = variables
                .text(ADAPTERS)
                .flatMap(ValueParser.FOLDER::read)
                .or(() -> folder.filter(Files::isDirectory))
                .map(jars -> installed.and(AdapterJars.in(jars)))
                .orElse(installed);
        return new SettingsReader(variables, adapters, messages);
    }

    SettingsReport read() {
        variables.requireRestartFor(ADAPTERS, variables.read(ADAPTERS, ValueParser.FOLDER));
        // Without the adapter folder, the list of providers would be incomplete.
        boolean areAdaptersRead = messages.problems().isEmpty();
        int problems = messages.problems().size();
        var providerList = new ProviderListReader(variables, adapters, messages).read();
        List<ProviderSetup> providers =
                providerList.values().stream().flatMap(Optional::stream).toList();
        boolean areProvidersRead = messages.problems().size() == problems;
        ListenerSettings listener = new ListenerReader(variables, messages).read();
        ModelCatalog catalog = new ModelsReader(variables, adapters, messages).read(providerList, areProvidersRead);
        ClientRules clients = new ClientRulesReader(variables, messages).read(listener.tokens());
        SettingsReport.modelWarnings(catalog, clients).forEach(messages::warning);
        var settings = new Settings(
                providers,
                catalog,
                listener,
                clients,
                usage(),
                sharedState(),
                traces(),
                limits(providers),
                new LogSettings(variables.get(Setting.LOG), variables.get(Setting.LOG_LEVEL)),
                variables.get(Setting.DRAIN_TIMEOUT),
                variables.requireRestart(),
                variables.hashes());
        var known = new TreeSet<>(variables.known());
        known.addAll(names(adapters.all().stream().map(LlmProvider::id).toList()));
        variables.reportUnknown(known, names(adapters.known()));
        variables.reportHidden();
        return new SettingsReport(
                Optional.of(settings).filter(_ -> messages.problems().isEmpty()),
                areAdaptersRead ? providers : List.of(),
                messages.problems(),
                messages.warnings(),
                messages.notices(),
                adapters);
    }

    private RequestLimits limits(List<ProviderSetup> providers) {
        Duration maxWait = variables.get(Setting.MAX_WAIT);
        Duration requestTimeout = variables.get(Setting.REQUEST_TIMEOUT);
        if (maxWait.compareTo(requestTimeout) > 0) {
            messages.warning("KEYWHEEL_MAX_WAIT is longer than KEYWHEEL_REQUEST_TIMEOUT, which ends a wait, too");
        }
        if (providers.stream()
                .map(provider -> provider.settings().timeouts().firstToken())
                .anyMatch(timeout -> timeout.compareTo(requestTimeout) >= 0)) {
            messages.warning("KEYWHEEL_FIRST_TOKEN_TIMEOUT is not below KEYWHEEL_REQUEST_TIMEOUT, which leaves no time"
                    + " for another attempt");
        }
        return new RequestLimits(
                variables.get(Setting.MAX_ATTEMPTS),
                maxWait,
                variables.get(Setting.MAX_WAITING),
                requestTimeout,
                variables.get(Setting.AFFINITY));
    }

    private Settings.Usage usage() {
        var directory = variables.read(DATA, ValueParser.NEW_FOLDER);
        variables.requireRestartFor(DATA, directory);
        return new Settings.Usage(directory, variables.get(Setting.USAGE_DAYS));
    }

    private Optional<RedisSharedState.Settings> sharedState() {
        Optional<String> url = variables.text(STORE);
        String salt = variables.text(SALT).orElse("keywheel");
        // Compared by hash, because both are secrets.
        variables.requireRestartFor(STORE, url.map(Sha256::hex));
        variables.requireRestartFor(SALT, Sha256.hex(salt));
        try {
            return url.map(StoreUrl::read).map(address -> new RedisSharedState.Settings(address, salt));
        } catch (IllegalArgumentException e) {
            messages.problem(STORE + " " + e.getMessage());
            return Optional.empty();
        }
    }

    private TraceSettings traces() {
        var traces = new TraceSettings(variables.beginningWith(TraceSettings.PREFIX));
        traces.variables().forEach(variables::requireRestartFor);
        return traces;
    }

    /// The variables of these providers, whether or not they are in the rotation.
    private Set<String> names(List<ProviderId> providers) {
        var names = new TreeSet<String>();
        for (ProviderId id : providers) {
            var own = ProviderVariables.of(id);
            names.addAll(own.all());
            adapters.adapterOf(id).options().forEach(option -> names.add(own.option(option)));
        }
        return names;
    }
}
