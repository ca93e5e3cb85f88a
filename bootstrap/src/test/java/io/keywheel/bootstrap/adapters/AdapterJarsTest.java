package io.keywheel.bootstrap.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.settings.UnopenedProvider;
import io.keywheel.domain.routing.ProviderId;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Loads real jars the way the program does.
class AdapterJarsTest {

    private final Path work;
    private final Path folder;

    AdapterJarsTest(@TempDir Path directory) throws IOException {
        work = directory.resolve("work");
        folder = Files.createDirectory(directory.resolve("adapters"));
    }

    private void assertFound(String... words) {
        assertEquals(List.of(words), AdapterJars.in(folder).summary());
    }

    @Test
    void class_path_jars_load_in_separate_class_loaders() throws IOException {
        adapter("acme").offering("acme.one.Adapter").jar(folder.resolve("acme-adapter-1.0.jar"));
        adapter("emca").offering("acme.one.Adapter").jar(folder.resolve("b.jar"));

        assertFound("adapters in acme-adapter-1.0.jar: acme", "adapters in b.jar: emca");
    }

    @Test
    void module_jar_loads_and_may_require_jdk_modules_unused_by_the_gateway() throws IOException {
        adapter("acme").source("module-info.java", """
                        module acme.one {
                            requires io.keywheel.application;
                            requires java.sql;
                            provides io.keywheel.application.port.out.LlmProvider with acme.one.Adapter;
                        }
                        """).jar(folder.resolve("anything.jar"));

        assertFound("adapters in anything.jar: acme");
    }

    @Test
    void jar_with_two_adapters_provides_both() throws IOException {
        adapter("acme")
                .source("acme/two/Adapter.java", JarSource.adapter("two", "second", ""))
                .offering("acme.one.Adapter", "acme.two.Adapter")
                .jar(folder.resolve("acme.jar"));

        assertFound("adapters in acme.jar: acme, second");
    }

    @Test
    void adapter_loads_classes_from_library_jars() throws IOException {
        Path library = new JarSource(work.resolve("library"))
                .source(
                        "lib/Id.java",
                        "package lib; public final class Id { public static String id() { return \"libbed\"; } }")
                .jar(folder.resolve("lib.jar"));
        String adapter = JarSource.adapter("one", "?", "").replace("\"?\"", "lib.Id.id()");
        new JarSource(work.resolve("user"))
                .source("acme/one/Adapter.java", adapter)
                .offering("acme.one.Adapter")
                .jar(folder.resolve("user.jar"), library);

        assertFound("adapters in user.jar: libbed");
        assertEquals(List.of("lib.jar"), AdapterJars.in(folder).libraries());
    }

    @Test
    void corrupt_jar_is_reported_without_its_path_and_others_load() throws IOException {
        Files.writeString(folder.resolve("bad.jar"), "nothing that is a jar");
        Files.writeString(folder.resolve("README.txt"), "no jar at all");
        adapter("acme").offering("acme.one.Adapter").jar(folder.resolve("good.jar"));

        Adapters adapters = AdapterJars.in(folder);

        assertEquals(List.of("adapters in good.jar: acme"), adapters.summary());
        assertFault(adapters, "bad.jar cannot be used: ZipException");
    }

    @Test
    void missing_adapter_class_is_reported_and_others_load() throws IOException {
        adapter("acme").offering("acme.one.Adaptor", "acme.one.Adapter").jar(folder.resolve("acme.jar"));

        Adapters adapters = AdapterJars.in(folder);

        assertFault(adapters, "acme.one.Adaptor");
        assertEquals(List.of("adapters in acme.jar: acme"), adapters.summary());
    }

    @Test
    void adapter_of_a_newer_java_is_reported_with_its_jar() throws IOException {
        Path jar = adapter("acme").offering("acme.one.Adapter").jar(folder.resolve("acme.jar"));
        try (var entries = FileSystems.newFileSystem(jar)) {
            Path file = entries.getPath("acme/one/Adapter.class");
            byte[] code = Files.readAllBytes(file);
            code[7] = Byte.MAX_VALUE;
            Files.write(file, code);
        }

        String fault = AdapterJars.in(folder).faults().getFirst().what();
        assertTrue(fault.startsWith("acme.jar cannot be used: UnsupportedClassVersionError"), fault);
    }

    @Test
    void missing_required_module_is_reported() throws IOException {
        Path library = new JarSource(work.resolve("library"))
                .source("lib/Lib.java", "package lib; public final class Lib { private Lib() {} }")
                .jar(Files.createDirectories(work.resolve("jars")).resolve("faraway.jar"));
        adapter("acme").source("module-info.java", """
                        @SuppressWarnings("requires-automatic")
                        module acme.one {
                            requires io.keywheel.application;
                            requires faraway;
                            provides io.keywheel.application.port.out.LlmProvider with acme.one.Adapter;
                        }
                        """).jar(folder.resolve("acme.jar"), library);

        assertFault(AdapterJars.in(folder), "faraway not found");
    }

    @Test
    void jar_with_bundled_library_classes_is_refused_with_advice() throws IOException {
        adapter("acme")
                .source(
                        "com/fasterxml/jackson/databind/Shaded.java",
                        "package com.fasterxml.jackson.databind; public final class Shaded { private Shaded() {} }")
                .offering("acme.one.Adapter")
                .jar(folder.resolve("fat.jar"));

        Adapters adapters = AdapterJars.in(folder);

        assertFault(adapters, "com.fasterxml.jackson.databind");
        assertFault(adapters, "contains classes of libraries, leave them out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ if (true) # }", "public java.util.Map<ProviderId, ProviderDefaults> presets() { # }"})
    void adapter_throwing_in_its_constructor_or_presets_is_reported_with_the_cause(String member) throws IOException {
        adapter("acme", member.replace("#", "throw new IllegalStateException(\"out of glue\");"))
                .offering("acme.one.Adapter")
                .jar(folder.resolve("acme.jar"));

        assertFault(AdapterJars.in(folder), "acme.jar cannot be used: IllegalStateException: out of glue");
    }

    @Test
    void missing_adapter_folder_is_reported_and_installed_adapters_load() {
        Adapters adapters = UnopenedProvider.THREE.and(AdapterJars.in(folder.resolve("gone")));

        assertFault(adapters, "the folder for adapters cannot be used: NoSuchFileException");
        assertTrue(adapters.own(new ProviderId("groq")).isPresent());
    }

    @Test
    void adapter_option_with_a_reserved_name_is_rejected() throws IOException {
        adapter(
                        "acme",
                        "public List<ProviderOption<?>> options() {"
                                + " return List.of(ProviderOption.text(\"API_KEYS\")); }")
                .offering("acme.one.Adapter")
                .jar(folder.resolve("acme.jar"));

        Adapters adapters = AdapterJars.in(folder);

        assertFault(adapters, "the adapter of acme in acme.jar cannot be used: IllegalArgumentException: its option");
        assertEquals(
                Optional.of(new ProviderId("acme")),
                adapters.faults().getFirst().provider());
    }

    @Test
    void two_jars_of_the_same_module_are_both_rejected() throws IOException {
        adapter("acme").offering("acme.one.Adapter").jar(folder.resolve("acme-1.0.jar"));
        Files.copy(folder.resolve("acme-1.0.jar"), folder.resolve("acme-1.1.jar"));

        Adapters adapters = AdapterJars.in(folder);

        assertEquals(List.of(), adapters.summary());
        assertFault(adapters, "acme-1.0.jar and acme-1.1.jar cannot be used: they hold the same module acme");
    }

    private static void assertFault(Adapters adapters, String words) {
        assertEquals(1, adapters.faults().size(), () -> adapters.faults().toString());
        String fault = adapters.faults().getFirst().what();
        assertTrue(fault.contains(words), fault);
        assertFalse(fault.contains("/"), fault);
    }

    private JarSource adapter(String id) throws IOException {
        return adapter(id, "");
    }

    private JarSource adapter(String id, String body) throws IOException {
        return new JarSource(work.resolve(id)).source("acme/one/Adapter.java", JarSource.adapter("one", id, body));
    }
}
