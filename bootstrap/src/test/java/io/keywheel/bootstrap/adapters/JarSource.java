package io.keywheel.bootstrap.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Builds an adapter's jar from sources and files.
public final class JarSource {

    private static final String SERVICES = "META-INF/services/io.keywheel.application.port.out.LlmProvider";

    /// The entries of the module path that sources need. javac would index the others, too, at each call.
    private static final Pattern NEEDED = Pattern.compile("[/-](domain|application|bootstrap)[/-]|jspecify");

    private final Path work;
    private final List<String> sources = new ArrayList<>();

    /// @param work for the sources and classes of this jar alone
    public JarSource(Path work) {
        this.work = work;
    }

    /// The source of an adapter that is never opened, the class `acme.<name>.Adapter` for the provider `id`.
    ///
    /// @param body what the class has beside an id
    static String adapter(String name, String id, String body) {
        return adapter(name, id, "throw new UnsupportedOperationException();", body);
    }

    /// @param open the body of its method `open`
    public static String adapter(String name, String id, String open, String body) {
        return """
                package acme.%s;
                import io.keywheel.application.port.out.*;
                import io.keywheel.domain.routing.*;
                import java.util.List;
                public final class Adapter implements LlmProvider {
                    public Adapter() {}
                    public ProviderId id() { return new ProviderId("%s"); }
                    public ProviderDefaults defaults() { return new ProviderDefaults(null, null, List.of(), true); }
                    public LlmPort open(ProviderSettings settings) { %s }
                    %s
                }
                """.formatted(name, id, open, body);
    }

    public JarSource source(String path, String text) throws IOException {
        Path file = work.resolve("sources").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        sources.add(file.toString());
        return this;
    }

    /// Adds a `META-INF/services` file with these provider classes.
    public JarSource offering(String... classes) throws IOException {
        return file(SERVICES, String.join("\n", classes));
    }

    JarSource file(String path, String text) throws IOException {
        Path file = work.resolve("classes").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    /// @param more what the sources need beside the ports
    public Path jar(Path jar, Path... more) throws IOException {
        compile(more);
        Path classes = work.resolve("classes");
        try (OutputStream out = Files.newOutputStream(jar);
                var entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar;
    }

    private void compile(Path... more) {
        String path = Stream.concat(
                        Stream.of(System.getProperty("jdk.module.path").split(":", -1))
                                .filter(NEEDED.asPredicate()),
                        Stream.of(more).map(Path::toString))
                .collect(Collectors.joining(":"));
        boolean module = sources.stream().anyMatch(source -> source.endsWith("module-info.java"));
        var arguments = new ArrayList<>(
                List.of("-proc:none", "-d", work.resolve("classes").toString(), module ? "-p" : "-cp", path));
        arguments.addAll(sources);
        var words = new StringWriter();
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(new PrintWriter(words), new PrintWriter(words), arguments.toArray(String[]::new));
        assertEquals(0, status, words::toString);
    }
}
