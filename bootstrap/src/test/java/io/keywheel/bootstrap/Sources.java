package io.keywheel.bootstrap;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of the checkout, for tests that compare pages with code.
public final class Sources {

    public static final Path ROOT = Path.of("..");
    public static final Path DOCS = ROOT.resolve("docs");

    private Sources() {}

    /// The folders of all modules, without the examples, which are separate builds.
    public static List<Path> modules() {
        return Stream.of(ROOT, ROOT.resolve("tools"))
                .flatMap(parent -> children(parent).stream())
                .filter(folder -> Files.exists(folder.resolve("pom.xml")))
                .toList();
    }

    static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The files below `folder` whose names end with `ending`; none if it is missing.
    public static List<Path> files(Path folder, String ending) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The text of a page in the folder of the documentation.
    public static String page(String name) {
        return text(DOCS.resolve(name));
    }

    /// The last group of each match.
    public static Stream<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(found.groupCount()));
    }

    public static SortedSet<String> sorted(Stream<String> texts) {
        return texts.collect(toCollection(TreeSet::new));
    }

    /// Files by their paths in the checkout.
    public static SortedSet<String> names(Stream<Path> files) {
        return sorted(files.map(file -> ROOT.relativize(file).toString()));
    }
}
