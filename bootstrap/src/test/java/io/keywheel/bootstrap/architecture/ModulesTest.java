package io.keywheel.bootstrap.architecture;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which module needs which, to the letter: `!` where its own users need it too.
class ModulesTest {

    private static final Map<String, Set<String>> REQUIRED = Map.ofEntries(
            entry("domain", Set.of()),
            entry("json", Set.of("!io.keywheel.domain", "!com.fasterxml.jackson.databind")),
            entry("application", Set.of("!io.keywheel.domain")),
            entry("adapters-llm-out", Set.of("io.keywheel.adapter.sdk", "io.keywheel.application", "io.keywheel.json")),
            entry(
                    "adapter-sdk",
                    Set.of(
                            "!io.keywheel.application",
                            "io.keywheel.json",
                            "!com.fasterxml.jackson.databind",
                            "io.helidon.common.buffers",
                            "io.helidon.common.socket",
                            "io.helidon.common.tls",
                            "io.helidon.http",
                            "io.helidon.webclient.api",
                            "io.helidon.webclient.http1",
                            "java.net.http")),
            entry(
                    "adapters-http-in",
                    Set.of(
                            "!io.keywheel.application",
                            "io.keywheel.json",
                            "io.helidon.common.task",
                            "io.helidon.common.tls",
                            "io.helidon.webserver",
                            "io.helidon.websocket",
                            "org.yaml.snakeyaml")),
            entry("adapters-usage-out", Set.of("!io.keywheel.application", "com.h2database.mvstore")),
            entry(
                    "adapters-trace-out",
                    Set.of(
                            "!io.keywheel.application",
                            "io.opentelemetry.api",
                            "io.opentelemetry.context",
                            "io.opentelemetry.sdk",
                            "io.opentelemetry.sdk.autoconfigure",
                            "io.opentelemetry.sdk.autoconfigure.spi",
                            "io.opentelemetry.sdk.common",
                            "io.opentelemetry.sdk.trace")),
            entry("adapters-state-out", Set.of("!io.keywheel.application", "io.keywheel.json", "redis.clients.jedis")),
            entry(
                    "adapters-metrics-out",
                    Set.of(
                            "!io.keywheel.application",
                            "io.prometheus.metrics.model",
                            "io.prometheus.metrics.tracer.common",
                            "jdk.management",
                            "micrometer.core",
                            "micrometer.registry.prometheus")),
            entry("tools/simulator", Set.of("!com.fasterxml.jackson.databind", "info.picocli")),
            entry(
                    "bootstrap",
                    Set.of(
                            "io.keywheel.adapters.http",
                            "io.keywheel.adapters.metrics",
                            "io.keywheel.adapters.trace",
                            "io.keywheel.adapters.usage",
                            "io.keywheel.adapters.state",
                            "io.keywheel.adapter.sdk",
                            "!io.keywheel.application",
                            "com.fasterxml.jackson.databind",
                            "java.logging",
                            "java.net.http",
                            "jdk.management",
                            "jdk.unsupported")));

    private static final Map<String, Set<String>> EXPORTED = Map.ofEntries(
            entry(
                    "domain",
                    Set.of(
                            "io.keywheel.domain.chat",
                            "io.keywheel.domain.client",
                            "io.keywheel.domain.failover",
                            "io.keywheel.domain.rotation",
                            "io.keywheel.domain.routing",
                            "io.keywheel.domain.sharing",
                            "io.keywheel.domain.status",
                            "io.keywheel.domain.usage")),
            entry("json", Set.of("io.keywheel.json")),
            entry(
                    "application",
                    Set.of(
                            "io.keywheel.application.assembly",
                            "io.keywheel.application.port.in",
                            "io.keywheel.application.port.out")),
            entry("adapters-llm-out", Set.of()),
            entry(
                    "adapter-sdk",
                    Set.of(
                            "io.keywheel.adapters.llm.sdk",
                            "io.keywheel.adapters.llm.transport",
                            "io.keywheel.adapters.llm.redaction",
                            "io.keywheel.adapters.llm.memory")),
            entry("adapters-http-in", Set.of("io.keywheel.adapters.http", "io.keywheel.adapters.http.metrics")),
            entry("adapters-metrics-out", Set.of("io.keywheel.adapters.metrics")),
            entry("adapters-usage-out", Set.of("io.keywheel.adapters.usage")),
            entry("adapters-trace-out", Set.of("io.keywheel.adapters.trace")),
            entry("adapters-state-out", Set.of("io.keywheel.adapters.state")),
            entry("tools/simulator", Set.of("io.keywheel.simulator")),
            entry("bootstrap", Set.of("io.keywheel.bootstrap.embedding")));

    static Collection<String> modules() {
        return REQUIRED.keySet();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void needs_no_more_and_no_less(String module) throws IOException {
        assertEquals(REQUIRED.get(module), required(module));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void shows_no_more_and_no_less(String module) throws IOException {
        assertEquals(EXPORTED.get(module), exported(module));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void opens_nothing_to_reflection(String module) throws IOException {
        ModuleDescriptor descriptor = descriptor(module);

        assertEquals(Set.of(), descriptor.opens());
        assertEquals(false, descriptor.isOpen());
    }

    @Test
    void each_module_of_the_product_is_looked_at() throws IOException {
        Path root = Path.of("..");
        try (Stream<Path> product = Files.list(root);
                Stream<Path> tools = Files.list(root.resolve("tools"))) {
            Set<String> named = Stream.concat(product, tools)
                    .filter(module -> Files.exists(module.resolve(Path.of("src", "main", "java", "module-info.java"))))
                    .map(module -> root.relativize(module).toString())
                    .collect(toCollection(TreeSet::new));

            assertEquals(new TreeSet<>(REQUIRED.keySet()), named);
        }
    }

    private static Set<String> required(String module) throws IOException {
        return descriptor(module).requires().stream()
                .filter(required -> !required.name().equals("java.base"))
                .filter(required -> !required.modifiers().contains(Requires.Modifier.STATIC))
                .map(required ->
                        (required.modifiers().contains(Requires.Modifier.TRANSITIVE) ? "!" : "") + required.name())
                .collect(toCollection(TreeSet::new));
    }

    private static Set<String> exported(String module) throws IOException {
        return descriptor(module).exports().stream()
                .map(ModuleDescriptor.Exports::source)
                .collect(toCollection(TreeSet::new));
    }

    private static ModuleDescriptor descriptor(String module) throws IOException {
        try (InputStream compiled =
                Files.newInputStream(Path.of("..", module, "target", "classes", "module-info.class"))) {
            return ModuleDescriptor.read(compiled);
        }
    }
}
