package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.domain.failover.Limits;
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
final class SettingsReader {

    private static final Form<Duration> SOME_TIME = Form.duration(Duration.ofMillis(1));
    private static final Form<Duration> ANY_TIME = Form.duration(Duration.ZERO);

    private static final String ADAPTERS = "KEYWHEEL_ADAPTERS";

    private final Variables variables;
    private final Adapters adapters;
    private final Findings findings;

    SettingsReader(Variables variables, Adapters adapters, Findings findings) {
        this.variables = variables;
        this.adapters = adapters;
        this.findings = findings;
    }

    /// @param folder where jars with more adapters are unless a variable says otherwise; need not exist
    static SettingsReader of(Variables variables, Adapters installed, Optional<Path> folder, Findings findings) {
        Adapters adapters = variables
                .read(ADAPTERS, Form.FOLDER)
                .or(() -> folder.filter(Files::isDirectory))
                .map(jars -> installed.and(AdapterJars.in(jars)))
                .orElse(installed);
        return new SettingsReader(variables, adapters, findings);
    }

    SettingsReport read() {
        // Else adapters that nobody could read would seem to be missing.
        boolean founded = findings.problems().isEmpty();
        var rotation = new RotationReader(variables, adapters, findings).read(timeouts(), adapterOptions());
        var door = new DoorReader(variables, findings).read();
        var drain = variables.read("KEYWHEEL_DRAIN_TIMEOUT", ANY_TIME).orElse(Duration.ofSeconds(30));
        var limits = limits();
        var log = log();
        var settings = new Settings(rotation, door, limits, log, drain, lasting(door, log, limits, drain));
        new Misspellings(knownNames()).look(variables.names(), findings);
        variables.mentionHidden();
        return new SettingsReport(
                Optional.of(settings).filter(_ -> findings.problems().isEmpty()),
                founded ? rotation : List.of(),
                findings.problems(),
                findings.warnings(),
                founded ? findings.notices() : List.of(),
                adapters);
    }

    /// The doors, the line, the log and the adapters stand as they are set up at the start.
    private SortedMap<String, String> lasting(DoorSettings door, LogSettings log, Limits limits, Duration drain) {
        var lasting = new TreeMap<String, Object>();
        lasting.put("KEYWHEEL_HOST", door.host());
        lasting.put("KEYWHEEL_PORT", door.port());
        lasting.put("KEYWHEEL_TLS_CERT", Optional.ofNullable(door.tls()));
        lasting.put("KEYWHEEL_TLS_KEY", variables.text("KEYWHEEL_TLS_KEY"));
        lasting.put("KEYWHEEL_CORS_ORIGINS", door.origins());
        lasting.put("KEYWHEEL_MAX_BODY", door.maxBody());
        lasting.put("KEYWHEEL_MAX_REQUESTS", door.maxRequests());
        lasting.put("KEYWHEEL_MAX_WAITING", limits.maxWaiting());
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
                        .read("KEYWHEEL_TRANSPORT", Form.oneOf("jdk", "helidon"))
                        .orElse("jdk"));
    }

    private LogSettings log() {
        return new LogSettings(
                variables
                        .read("KEYWHEEL_LOG", Form.oneOf(LogSettings.Style.values()))
                        .orElse(LogSettings.DEFAULT.style()),
                variables
                        .read("KEYWHEEL_LOG_LEVEL", Form.oneOf(LogSettings.Detail.values()))
                        .orElse(LogSettings.DEFAULT.detail()));
    }

    private Limits limits() {
        return new Limits(
                variables.read("KEYWHEEL_MAX_ATTEMPTS", Form.whole(0, 10_000)).orElse(0),
                variables.read("KEYWHEEL_MAX_WAIT", ANY_TIME).orElse(Duration.ZERO),
                variables.read("KEYWHEEL_MAX_WAITING", Form.whole(0, 1_000_000)).orElse(1000),
                variables.read("KEYWHEEL_REQUEST_TIMEOUT", SOME_TIME).orElse(Duration.ofMinutes(2)));
    }
}
