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

/// Extracts files, settings and expected output from `docs/howto/add-a-provider.md`.
final class Page {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^(?:`(\\S+)`:\\n\\n)?```(\\w+)\\n(.*?)^```$");
    private static final Pattern JAR = Pattern.compile("(?m)^cp \\S+/(\\S+\\.jar) adapters/$");
    private static final String TEXT = text();

    /// A file that it says to write.
    record Text(String file, String text) {

        @Override
        public String toString() {
            return file;
        }
    }

    private Page() {}

    /// What it says to put into `.env`.
    static Map<String, String> settings() {
        return only("properties")
                .lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (one, _) -> one, LinkedHashMap::new));
    }

    /// The quoted lines of `check`.
    static List<String> checked() {
        return only("text").lines().toList();
    }

    /// The jar that it says to put into `adapters/`.
    static String jar() {
        return JAR.matcher(TEXT).results().findFirst().orElseThrow().group(1);
    }

    /// The files of the project, without its pom.
    static List<Text> code() {
        return BLOCK.matcher(TEXT)
                .results()
                .filter(block -> block.group(1) != null && block.group(2).equals("java"))
                .map(block -> new Text(block.group(1), block.group(3)))
                .toList();
    }

    /// The code that it quotes from the other example.
    static String quoted() {
        return BLOCK.matcher(TEXT)
                .results()
                .filter(block -> block.group(1) == null && block.group(2).equals("java"))
                .map(block -> block.group(3))
                .collect(Collectors.joining());
    }

    static String pom() {
        return only("xml");
    }

    private static String only(String language) {
        return BLOCK.matcher(TEXT)
                .results()
                .filter(block -> block.group(2).equals(language))
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
