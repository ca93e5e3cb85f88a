package io.keywheel.bootstrap.specification;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Writes `docs/specification.md`: what Keywheel does, in the words of its tests' names.
///
/// The launcher runs it from this file, without a build: it reads sources, and needs nothing but the JDK.
final class Specification {

    private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");
    private static final Pattern PURPOSE = Pattern.compile("<description>(.+)</description>");
    private static final Pattern LINK = Pattern.compile("\\[#?([\\w.#]+)](?:\\[\\w+])?");
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    private final Path root;

    private Specification(Path root) {
        this.root = root;
    }

    static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Files.writeString(root.resolve("docs/specification.md"), of(root));
    }

    /// The page of the checkout at `root`.
    static String of(Path root) {
        return new Specification(root).page();
    }

    private String page() {
        String modules = MODULE.matcher(TestSource.text(root.resolve("pom.xml")))
                .results()
                .map(module -> module(module.group(1)))
                .collect(joining());
        long sentences = modules.lines().filter(line -> line.startsWith("- ")).count();
        return """
                # What Keywheel does

                In %d sentences, each the name of a test: where one has no subject, it is the heading above it. Written by `./keywheel specification`; a test compares.
                """.formatted(sentences) + modules;
    }

    private String module(String name) {
        List<TestSource> sources = sources(root.resolve(name));
        String packages = sources.stream()
                .filter(source -> !source.tests().isEmpty())
                .collect(groupingBy(TestSource::home, TreeMap::new, toList()))
                .entrySet()
                .stream()
                .map(home -> "\n### " + home.getKey().replaceFirst("^io\\.keywheel\\.", "") + "\n"
                        + paragraph(purpose(root.resolve(name), home.getKey()))
                        + home.getValue().stream()
                                .map(source -> promises(source, sources))
                                .collect(joining()))
                .collect(joining());
        return packages.isEmpty() ? "" : "\n## " + name + "\n" + paragraph(purpose(name)) + packages;
    }

    private String promises(TestSource source, List<TestSource> all) {
        String kept = all.stream()
                .filter(other -> other.parent().equals(source.name()))
                .map(other -> "[" + other.name() + "](" + link(other) + ")")
                .collect(joining(", "));
        return "\n#### [" + title(source.name()) + "](" + link(source) + ")\n"
                + paragraph(LINK.matcher(source.comment()).replaceAll("`$1`"))
                + paragraph(kept.isEmpty() ? "" : "Kept by " + kept + ".")
                + "\n"
                + source.tests().stream().map(test -> "- " + words(test) + "\n").collect(joining());
    }

    private String link(TestSource source) {
        return "../" + root.relativize(source.file()).toString().replace('\\', '/');
    }

    private static String paragraph(String text) {
        return text.isEmpty() ? "" : "\n" + text + "\n";
    }

    /// What the pom says the module is for.
    private String purpose(String module) {
        return PURPOSE.matcher(TestSource.text(root.resolve(module, "pom.xml")))
                .results()
                .map(found -> found.group(1) + ".")
                .collect(joining())
                .replace("..", ".");
    }

    /// What the package's own comment says it is for: that of the product, where there is one.
    private static String purpose(Path module, String home) {
        return Stream.of("src/main/java", "src/test/java")
                .map(sources -> module.resolve(sources, home.replace('.', '/'), "package-info.java"))
                .filter(Files::exists)
                .map(file ->
                        LINK.matcher(TestSource.comment(TestSource.text(file))).replaceAll("`$1`"))
                .filter(comment -> !comment.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String title(String type) {
        String words = words(type.replaceFirst("Test$", ""));
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /// The words of a name, spelt as no name in Java can be.
    private static String words(String name) {
        return (HUMP.matcher(name).replaceAll("_").toLowerCase(Locale.ROOT) + "_")
                .replace("_s_", "'s_")
                .replace("http_1_0_", "HTTP/1.0_")
                .replace("http_1_", "HTTP/1_")
                .replace("http2_", "HTTP/2_")
                .replace("http_", "HTTP_")
                .replace("utf_8_", "UTF-8_")
                .replace("json_", "JSON_")
                .replace("sse_", "SSE_")
                .replace("tls_", "TLS_")
                .replace("url_", "URL_")
                .replace("jdk_", "JDK_")
                .replace("open_ai_", "OpenAI_")
                .replace("openai_", "OpenAI_")
                .replace("groq_", "Groq_")
                .replace("cerebras_", "Cerebras_")
                .replace('_', ' ')
                .strip();
    }

    private static List<TestSource> sources(Path module) {
        try (Stream<Path> files = Files.walk(module.resolve("src"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(TestSource::read)
                    .sorted((one, other) -> one.name().compareTo(other.name()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
