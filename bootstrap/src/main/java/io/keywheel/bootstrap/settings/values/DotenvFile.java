package io.keywheel.bootstrap.settings.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads a `.env` file: lines of `NAME=value`, comments and blank lines. A value is on one line, with or
/// without quotes, and a comment may follow. Any other line is a problem, whose message contains its number,
/// never its text.
public final class DotenvFile {

    /// Enough for ten thousand keys, which need 600 KB.
    private static final int MOST_BYTES = 1 << 20;

    /// The most lines that problems name, and the most warnings about repeated names.
    private static final int MOST_NAMED = 20;

    private static final Pattern IGNORED = Pattern.compile("\\s*(?:#.*)?");

    private static final String NAME = "\\s*(?<name>[A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*";
    private static final String QUOTED_OR_NOTHING = "(?:\"(?<double>[^\"]*)\"|'(?<single>[^']*)')?\\s*(?:#.*)?";
    private static final String BARE = "(?<bare>[^\\s\"'#][^\"#]*)(?:(?<=\\s)#.*)?";
    private static final Pattern ENTRY = Pattern.compile(NAME + "(?:" + QUOTED_OR_NOTHING + "|" + BARE + ")");

    private DotenvFile() {}

    /// The variables of `file`; empty without a file. Reports the first twenty invalid lines, and reads no further.
    ///
    /// @param existed whether it existed at the start; if so, a missing file is a problem
    public static Map<String, String> read(Path file, boolean existed, ValidationMessages messages) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            PrivateFile.warnIfShared(file, messages);
            if (bytes.length <= MOST_BYTES) {
                String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
                return read(file, text.lines().toList(), messages);
            }
            messages.problem(file.getFileName() + " has more than 1 MiB");
        } catch (NoSuchFileException _) {
            // No lookup precedes the open: its result could differ if the file is replaced meanwhile.
            if (existed) {
                messages.problem(file.getFileName() + " was there at the start and is gone");
            } else if (Files.isSymbolicLink(file)) {
                messages.problem(file.getFileName() + " is a link to nothing");
            }
        } catch (CharacterCodingException _) {
            messages.problem(file.getFileName() + " is no UTF-8 text");
        } catch (IOException e) {
            // An [AccessDeniedException] has no reason.
            String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
            messages.problem(
                    file.getFileName() + " cannot be read: " + Objects.requireNonNullElse(reason, "Permission denied"));
        }
        return Map.of();
    }

    private static Map<String, String> read(Path file, List<String> lines, ValidationMessages messages) {
        var values = new HashMap<String, String>();
        var seen = new HashMap<String, Integer>();
        int problems = 0;
        int repeats = 0;
        for (int number = 1; number <= lines.size() && problems < MOST_NAMED; number++) {
            String line = lines.get(number - 1);
            Matcher entry = ENTRY.matcher(line);
            if (entry.matches()) {
                String name = entry.group("name");
                values.put(name, value(entry));
                Integer earlier = seen.put(name, number);
                if (earlier != null && ++repeats <= MOST_NAMED) {
                    messages.warning("%s sets %s in line %s and again in line %s: the last one counts"
                            .formatted(file.getFileName(), name, earlier, number));
                }
            } else if (!IGNORED.matcher(line).matches()) {
                problems++;
                messages.problem(
                        "%s, line %s: expected NAME=value%s".formatted(file.getFileName(), number, precisely(line)));
            }
        }
        if (problems == MOST_NAMED) {
            messages.problem(file.getFileName() + ": the lines after that were not read");
        }
        return values;
    }

    private static String value(Matcher entry) {
        return Stream.of("double", "single", "bare")
                .map(entry::group)
                .filter(Objects::nonNull)
                .findFirst()
                .map(String::strip)
                .orElse("");
    }

    private static String precisely(String line) {
        if (line.startsWith("\uFEFF")) {
            return " without a byte order mark before it: save the file as plain UTF-8";
        }
        if (line.indexOf('=') < 0) {
            return ", but there is no = in this line";
        }
        return line.strip().startsWith("export ")
                ? " without 'export' before it"
                : " on one line, or a comment after #; quotes stand around a whole value, and one that holds # or"
                        + " quotes needs them";
    }
}
