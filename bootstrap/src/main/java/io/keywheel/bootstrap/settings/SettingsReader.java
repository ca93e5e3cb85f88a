package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.domain.failover.RequestLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// The table of settings that are not about one provider: names, forms and defaults.
record SettingsReader(Variables variables, Adapters adapters, ValidationMessages messages) {

    private static final ValueParser<Duration> SOME_TIME = ValueParser.duration(Duration.ofMillis(1));
    private static final ValueParser<Duration> ANY_TIME = ValueParser.duration(Duration.ZERO);

    private static final String ADAPTERS = "KEYWHEEL_ADAPTERS";

    /// @param folder where jars with more adapters are unless a variable says otherwise; need not exist
    static SettingsReader of(
            Variables variables, Adapters installed, Optional<Path> folder, ValidationMessages messages) {
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
        var rotation = new RotationReader(variables, adapters, messages).read(timeouts(), adapterOptions());
        var listener = new ListenerReader(variables, messages).read();
        var drain = variables.read("KEYWHEEL_DRAIN_TIMEOUT", ANY_TIME).orElse(Duration.ofSeconds(30));
        var requestLimits = limits();
        var log = log();
        var settings = new Settings(
                rotation, listener, requestLimits, log, drain, lasting(listener, log, requestLimits, drain));
        new UnknownVariables(knownNames()).look(variables.names(), messages);
        variables.mentionHidden();
        return new SettingsReport(
                Optional.of(settings).filter(_ -> messages.problems().isEmpty()),
                founded ? rotation : List.of(),
                messages.problems(),
                messages.warnings(),
                founded ? messages.notices() : List.of(),
                adapters);
    }

    /// Listener, wait queue, log and adapters are set up at the start only.
    private SortedMap<String, String> lasting(
            ListenerSettings listener, LogSettings log, RequestLimits requestLimits, Duration drain) {
        var lasting = new TreeMap<String, Object>();
        lasting.put("KEYWHEEL_HOST", listener.host());
        lasting.put("KEYWHEEL_PORT", listener.port());
        lasting.put("KEYWHEEL_TLS_CERT", Optional.ofNullable(listener.tls()));
        lasting.put("KEYWHEEL_TLS_KEY", variables.text("KEYWHEEL_TLS_KEY"));
        lasting.put("KEYWHEEL_CORS_ORIGINS", listener.origins());
        lasting.put("KEYWHEEL_MAX_BODY", listener.maxBody());
        lasting.put("KEYWHEEL_MAX_REQUESTS", listener.maxRequests());
        lasting.put("KEYWHEEL_MAX_WAITING", requestLimits.maxWaiting());
        lasting.put("KEYWHEEL_DRAIN_TIMEOUT", drain);
        lasting.put("KEYWHEEL_LOG", log.style());
        lasting.put("KEYWHEEL_LOG_LEVEL", log.detail());
        lasting.put(ADAPTERS, variables.text(ADAPTERS));
        var texts = new TreeMap<String, String>();
        lasting.forEach((name, value) -> texts.put(name, value.toString()));
        return texts;
    }

    /// What was read, and what would have been read of providers that are not in the rotation.
    private Set<String> knownNames() {
        var names = new TreeSet<>(variables.known());
        for (LlmProvider adapter : adapters.all()) {
            var variables = ProviderVariables.of(adapter.id());
            names.addAll(variables.all());
            adapter.options().forEach(option -> names.add(variables.option(option)));
        }
        return names;
    }

    private Timeouts timeouts() {
        return new Timeouts(
                variables.read("KEYWHEEL_CONNECT_TIMEOUT", SOME_TIME).orElse(Duration.ofSeconds(2)),
                variables.read("KEYWHEEL_FIRST_TOKEN_TIMEOUT", SOME_TIME).orElse(Duration.ofSeconds(20)),
                variables.read("KEYWHEEL_IDLE_TIMEOUT", SOME_TIME).orElse(Duration.ofSeconds(30)));
    }

    private Map<String, String> adapterOptions() {
        return Map.of(
                "transport",
                variables
                        .read("KEYWHEEL_TRANSPORT", ValueParser.oneOf("jdk", "helidon"))
                        .orElse("jdk"));
    }

    private LogSettings log() {
        return new LogSettings(
                variables
                        .read("KEYWHEEL_LOG", ValueParser.oneOf(LogSettings.Style.values()))
                        .orElse(LogSettings.DEFAULT.style()),
                variables
                        .read("KEYWHEEL_LOG_LEVEL", ValueParser.oneOf(LogSettings.Detail.values()))
                        .orElse(LogSettings.DEFAULT.detail()));
    }

    private RequestLimits limits() {
        return new RequestLimits(
                variables
                        .read("KEYWHEEL_MAX_ATTEMPTS", ValueParser.whole(0, 10_000))
                        .orElse(0),
                variables.read("KEYWHEEL_MAX_WAIT", ANY_TIME).orElse(Duration.ZERO),
                variables
                        .read("KEYWHEEL_MAX_WAITING", ValueParser.whole(0, 1_000_000))
                        .orElse(1000),
                variables.read("KEYWHEEL_REQUEST_TIMEOUT", SOME_TIME).orElse(Duration.ofMinutes(2)));
    }
}
