package io.keywheel.bootstrap.architecture;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.bootstrap.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares the requires and exports of each module with a list.
class ModulesTest {

    /// `.domain` stands for `io.keywheel.domain`, and `!` marks a transitive requirement.
    private static final List<Listed> MODULES =
            Stream.of("""
            domain
              requires
              exports .domain.chat .domain.client .domain.failover .domain.rotation .domain.routing
                .domain.sharing .domain.status .domain.usage

            json
              requires !.domain !com.fasterxml.jackson.databind
              exports .json

            application
              requires !.domain
              exports .application.port.in .application.port.out .application.service

            adapter-sdk
              requires !.application .json !com.fasterxml.jackson.databind java.net.http
                io.helidon.common.buffers io.helidon.common.socket io.helidon.common.tls
                io.helidon.http io.helidon.webclient.api io.helidon.webclient.http1
              exports .adapters.llm.sdk .adapters.llm.transport .adapters.llm.redaction

            adapters-llm-out
              requires .adapter.sdk .application .json
              exports

            adapters-http-in
              requires !.application .json org.yaml.snakeyaml
                io.helidon.common.task io.helidon.common.tls io.helidon.webserver io.helidon.websocket
              exports .adapters.http .adapters.http.metrics

            adapters-usage-out
              requires !.application com.h2database.mvstore
              exports .adapters.usage

            adapters-trace-out
              requires !.application io.opentelemetry.api io.opentelemetry.context
                io.opentelemetry.sdk io.opentelemetry.sdk.autoconfigure io.opentelemetry.sdk.autoconfigure.spi
                io.opentelemetry.sdk.common io.opentelemetry.sdk.trace
              exports .adapters.trace

            adapters-state-out
              requires !.application .json redis.clients.jedis
              exports .adapters.state

            adapters-metrics-out
              requires !.application jdk.management micrometer.core micrometer.registry.prometheus
                io.prometheus.metrics.model io.prometheus.metrics.tracer.common
              exports .adapters.metrics

            tools/simulator
              requires !com.fasterxml.jackson.databind info.picocli
              exports .simulator

            bootstrap
              requires !.application .adapters.http .adapters.metrics .adapters.trace .adapters.usage
                .adapters.state .adapter.sdk com.fasterxml.jackson.databind java.logging java.net.http
                jdk.management jdk.unsupported
              exports .bootstrap.embedding
            """.split("\n\n", -1)).map(Listed::of).toList();

    record Listed(String module, Set<String> required, Set<String> exported) {

        static Listed of(String text) {
            String[] parts = text.split("\n  (?:requires|exports)", -1);
            return new Listed(parts[0], words(parts[1]), words(parts[2]));
        }

        private static Set<String> words(String text) {
            return Stream.of(text.strip().split("\\s+", -1))
                    .filter(word -> !word.isEmpty())
                    .map(word -> word.replaceFirst("^(!?)\\.", "$1io.keywheel."))
                    .collect(toCollection(TreeSet::new));
        }

        @Override
        public String toString() {
            return module;
        }
    }

    static List<Listed> modules() {
        return MODULES;
    }

    @ParameterizedTest
    @MethodSource("modules")
    void module_requires_and_exports_exactly_the_listed_and_opens_no_package(Listed listed) throws IOException {
        ModuleDescriptor descriptor = descriptor(listed.module());

        assertEquals(listed.required(), required(descriptor), "requires");
        assertEquals(
                listed.exported(),
                descriptor.exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(toCollection(TreeSet::new)),
                "exports");
        assertEquals(Set.of(), descriptor.opens(), "opens");
        assertEquals(false, descriptor.isOpen());
    }

    @Test
    void list_contains_every_module_with_a_descriptor() {
        var described = Sources.modules().stream()
                .filter(module -> Files.exists(module.resolve("src/main/java/module-info.java")));

        assertEquals(
                MODULES.stream().map(Listed::module).collect(toCollection(TreeSet::new)), Sources.names(described));
    }

    private static Set<String> required(ModuleDescriptor descriptor) {
        return descriptor.requires().stream()
                .filter(required -> !required.name().equals("java.base"))
                .filter(required -> !required.name().equals("org.jspecify")
                        || !required.modifiers().contains(Requires.Modifier.STATIC))
                .map(required ->
                        (required.modifiers().contains(Requires.Modifier.TRANSITIVE) ? "!" : "") + required.name())
                .collect(toCollection(TreeSet::new));
    }

    private static ModuleDescriptor descriptor(String module) throws IOException {
        try (InputStream compiled =
                Files.newInputStream(Path.of("..", module, "target", "classes", "module-info.class"))) {
            return ModuleDescriptor.read(compiled);
        }
    }
}
