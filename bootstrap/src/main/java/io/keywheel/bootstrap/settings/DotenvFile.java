package io.keywheel.bootstrap.settings;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A `.env` file.
///
/// dotenv-java 3.2.0 reads it, but only once every line is known to be one that it reads whole: by itself it
/// drops everything after a quote that is never closed, cuts a bare value at a `#`, and puts the line, secret
/// and all, into its error.
final class DotenvFile {

    private static final Pattern IGNORED = Pattern.compile("\\s*|#.*");

    private static final String NAME = "\\s*(?<name>[A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*";
    private static final String QUOTED_OR_NOTHING = "(?:\"[^\"]*\"|'[^']*')?\\s*(?:#.*)?";
    private static final String BARE = "[^\\s\"'#][^\"#]*(?:(?<=\\s)#.*)?";
    private static final Pattern ENTRY = Pattern.compile(NAME + "(?:" + QUOTED_OR_NOTHING + "|" + BARE + ")");

    /// Reads all lines of a file.
    @FunctionalInterface
    interface LineReader {
        List<String> read(Path file) throws IOException;
    }

    private DotenvFile() {}

    /// The variables of `file`; none where there is no such file, or where one of its lines is a problem.
    static Map<String, String> read(Path file, ValidationMessages messages) {
        return read(file, Files::readAllLines, messages);
    }

    static Map<String, String> read(Path file, LineReader reader, ValidationMessages messages) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            List<String> lines = reader.read(file);
            return everyLineIsWhole(file, lines, messages) ? entries(file, lines, reader, messages) : Map.of();
        } catch (IOException _) {
            messages.problem(file.getFileName() + " is there but cannot be read as UTF-8 text");
            return Map.of();
        }
    }

    private static boolean everyLineIsWhole(Path file, List<String> lines, ValidationMessages messages) {
        Map<String, Integer> seen = new HashMap<>();
        boolean whole = true;
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            Matcher entry = ENTRY.matcher(line);
            if (entry.matches()) {
                Integer earlier = seen.put(entry.group("name"), number);
                if (earlier != null) {
                    messages.warning("%s sets %s in line %d and again in line %d: the last one counts"
                            .formatted(file.getFileName(), entry.group("name"), earlier, number));
                }
            } else if (!IGNORED.matcher(line).matches()) {
                whole = false;
                messages.problem(
                        "%s, line %d: expected NAME=value%s".formatted(file.getFileName(), number, precisely(line)));
            }
        }
        return whole;
    }

    private static String precisely(String line) {
        if (line.startsWith("\uFEFF")) {
            return " without a byte order mark before it: save the file as plain UTF-8";
        }
        return line.strip().startsWith("export ")
                ? " without 'export' before it"
                : ", on one line, with a value that holds # or quotes put into quotes as a whole, or a comment that"
                        + " begins with #";
    }

    /// The library reads the file once more, and somebody may be writing it: then it may say other lines than
    /// those that were looked at.
    private static Map<String, String> entries(
            Path file, List<String> lines, LineReader reader, ValidationMessages messages) throws IOException {
        try {
            Map<String, String> entries = entries(file);
            if (reader.read(file).equals(lines)) {
                return entries;
            }
        } catch (DotenvException _) {
            // Its words are the line, with the secret.
        }
        messages.problem(file.getFileName() + " was changed while it was read: try again");
        return Map.of();
    }

    private static Map<String, String> entries(Path file) {
        Dotenv dotenv = Dotenv.configure()
                .directory(file.toAbsolutePath().resolveSibling("").toString())
                .filename(file.getFileName().toString())
                .load();
        var values = new LinkedHashMap<String, String>();
        for (DotenvEntry entry : dotenv.entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
            values.put(entry.getKey(), withoutSingleQuotes(entry.getValue()));
        }
        return values;
    }

    /// The library takes off double quotes only.
    private static String withoutSingleQuotes(String value) {
        return value.length() > 1 && value.startsWith("'") && value.endsWith("'")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
