package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.bootstrap.adapters.AdapterJars;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.adapters.ProviderVariables;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.routing.ModelCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads all settings. [Setting] has those with a single value; lists and files are read here and by
/// readers of their own.
record SettingsReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    private static final String DATA = "KEYWHEEL_DATA";
    private static final String CORS_ORIGINS = "KEYWHEEL_CORS_ORIGINS";
    private static final String ADAPTERS = "KEYWHEEL_ADAPTERS";

    /// @param folder where jars with more adapters are unless a variable says otherwise; need not exist
    static SettingsReader of(
            Variables variables, Adapters installed, Optional<Path> folder, ValidationMessages messages) {
        variables.requireRestartFor(ADAPTERS, variables.text(ADAPTERS));
        Adapters adapters = variables
                .read(ADAPTERS, ValueParser.FOLDER)
                .or(() -> folder.filter(Files::isDirectory))
                .map(jars -> installed.and(AdapterJars.in(jars)))
                .orElse(installed);
        return new SettingsReader(variables, adapters, messages);
    }

    SettingsReport read() {
        // Without the folder of adapters, its providers would be reported as missing.
        boolean founded = messages.problems().isEmpty();
        var rotation = new RotationReader(variables, adapters, messages).read();
        List<ProviderSetup> providers =
                rotation.values().stream().flatMap(Optional::stream).toList();
        ListenerSettings listener = listener();
        ModelCatalog catalog = new ModelsReader(variables, adapters, messages).read(rotation);
        ClientRules clients = new ClientRulesReader(variables, messages).read(listener.tokens());
        ModelDoubts.of(catalog, clients).forEach(messages::warning);
        var settings = new Settings(
                providers,
                catalog,
                listener,
                clients,
                usage(),
                new LimitsReader(variables, messages).read(),
                new LogSettings(variables.get(Setting.LOG), variables.get(Setting.LOG_LEVEL)),
                variables.get(Setting.DRAIN_TIMEOUT),
                variables.requireRestart(),
                variables.texts());
        variables.mentionUnknown(knownNames());
        variables.mentionHidden();
        return new SettingsReport(
                Optional.of(settings).filter(_ -> messages.problems().isEmpty()),
                founded ? providers : List.of(),
                messages.problems(),
                messages.warnings(),
                messages.notices(),
                adapters);
    }

    private UsageSettings usage() {
        var directory = variables.read(DATA, ValueParser.NEW_FOLDER);
        variables.requireRestartFor(DATA, directory);
        return new UsageSettings(directory, variables.get(Setting.USAGE_DAYS));
    }

    private ListenerSettings listener() {
        String host = variables.get(Setting.HOST);
        boolean remote = !Loopback.is(host);
        AccessTokens tokens = new AccessTokensReader(variables, messages).read();
        if (tokens.isEmpty() && remote) {
            messages.problem(AccessTokensReader.NAME + " is needed, because KEYWHEEL_HOST is not a loopback address:"
                    + " everyone who reaches it could spend your keys");
        }
        Tls tls = Tls.read(variables, messages);
        if (tls != null) {
            messages.notice("the TLS certificate is for " + tls);
        } else if (!Tls.isWanted(variables) && !tokens.isEmpty() && remote) {
            messages.warning(
                    "KEYWHEEL_HOST is not a loopback address, and clients speak plain HTTP: tokens, prompts and"
                            + " answers can be read on the way. Set KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY, or put a"
                            + " proxy with TLS in front as the only way in");
        }
        return new ListenerSettings(
                host,
                variables.get(Setting.PORT),
                tokens,
                tls,
                variables.get(Setting.MAX_BODY),
                maxRequests(),
                origins());
    }

    private int maxRequests() {
        int most = variables.get(Setting.MAX_REQUESTS);
        int room = HttpGateway.roomForRequests();
        if (most > room) {
            messages.warning("%s is more than the %d that the heap has room for: memory may run out"
                    .formatted(Setting.MAX_REQUESTS.name(), room));
        }
        return most;
    }

    private List<String> origins() {
        List<String> entries = Arrays.stream(
                        variables.text(CORS_ORIGINS).orElse("").split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
        var origins = new ArrayList<String>();
        for (int i = 0; i < entries.size(); i++) {
            var origin = ValueParser.ORIGIN.read(entries.get(i));
            origin.ifPresent(origins::add);
            if (origin.isEmpty()) {
                messages.problem(
                        "%s, entry %d must be %s".formatted(CORS_ORIGINS, i + 1, ValueParser.ORIGIN.expected()));
            }
        }
        variables.requireRestartFor(CORS_ORIGINS, origins);
        return origins;
    }

    /// What was read, and what would have been read of providers that are not in the rotation.
    private Set<String> knownNames() {
        var names = new TreeSet<>(variables.known());
        for (LlmProvider adapter : adapters.all()) {
            var own = ProviderVariables.of(adapter.id());
            names.addAll(own.all());
            adapter.options().forEach(option -> names.add(own.option(option)));
        }
        return names;
    }
}
