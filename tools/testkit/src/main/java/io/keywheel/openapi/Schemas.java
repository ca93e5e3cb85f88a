package io.keywheel.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The schemas of a document, compiled at their first use.
final class Schemas {

    private static final String HERE = "https://keywheel.invalid/openapi";

    private final SchemaRegistry registry;
    private final Map<String, Schema> ready = new ConcurrentHashMap<>();

    Schemas(JsonNode document) {
        registry = SchemaRegistry.withDialect(
                Dialects.getOpenApi31(),
                builder -> builder.schemas(Map.of(HERE, document.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .locale(Locale.ENGLISH)
                                .build()));
    }

    /// The violations of the JSON Schema specification in `schema`.
    static Stream<String> faultsOfSchema(JsonNode schema) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()))
                .validate(schema)
                .stream()
                .map(Object::toString);
    }

    /// The differences between `value` and the schema at `pointer`.
    Stream<String> faults(String pointer, JsonNode value) {
        Schema schema = ready.computeIfAbsent(pointer, at -> registry.getSchema(SchemaLocation.of(HERE + "#" + at)));
        return schema.validate(value).stream().map(Object::toString);
    }
}
