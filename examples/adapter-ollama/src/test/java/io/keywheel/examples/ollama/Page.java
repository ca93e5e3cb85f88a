package io.keywheel.examples.ollama;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `docs/howto/add-a-provider.md`, as somebody reads it who does what it says.
final class Page {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)(?: ([^\\n]+))?\\n(.*?)^```$");
    private static final String TEXT = text();

    /// Code, with the file of the example where it is from.
    record Snippet(String file, String code) {}

    private Page() {}

    /// What it says to put into `.env`.
    static Map<String, String> settings() {
        return only("properties")
                .lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (one, _) -> one, LinkedHashMap::new));
    }

    /// What it says that `check` says.
    static List<String> checked() {
        return only("text").lines().toList();
    }

    /// The jar that it says to put into `adapters/`.
    static String jar() {
        return only("sh")
                .lines()
                .filter(line -> line.startsWith("cp "))
                .map(line -> line.split(" ", -1)[1])
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .findFirst()
                .orElseThrow();
    }

    static List<Snippet> snippets() {
        return BLOCK.matcher(TEXT)
                .results()
                .filter(block -> block.group(2) != null)
                .map(block -> new Snippet(block.group(2), block.group(3)))
                .toList();
    }

    private static String only(String language) {
        return BLOCK.matcher(TEXT)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map((MatchResult block) -> block.group(3))
                .collect(Collectors.joining());
    }

    private static String text() {
        try {
            return Files.readString(Path.of("..", "..", "docs", "howto", "add-a-provider.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
