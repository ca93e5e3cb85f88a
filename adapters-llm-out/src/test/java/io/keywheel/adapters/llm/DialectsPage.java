package io.keywheel.adapters.llm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The tables of docs/dialects.md, read as a person would read them.
final class DialectsPage {

    /// One example of a row.
    ///
    /// @param where what is said before the example: a role, a place, a circumstance; may be empty
    /// @param member a name and its JSON, as in an object
    /// @param becomes what each provider gets, in the order of the columns
    record Example(String where, String member, List<String> becomes) {}

    /// Working directory of the tests is the module's.
    private static final Path PAGE = Path.of("..", "docs", "dialects.md");

    private static final Pattern MEMBER = Pattern.compile("`(\"[^`]*)`");

    private DialectsPage() {}

    static String text() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(PAGE + " cannot be read", e);
        }
    }

    /// @param heading of the section whose table is wanted
    static List<Example> examples(String heading) {
        String section = text().split("\n## " + heading + "\n", 2)[1].split("\n## ", 2)[0];
        var examples = new ArrayList<Example>();
        section.lines()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .flatMap(DialectsPage::row)
                .forEach(examples::add);
        return examples;
    }

    private static Stream<Example> row(String line) {
        List<String> cells =
                Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList();
        String said = cells.getFirst();
        List<String> members =
                MEMBER.matcher(said).results().map(MatchResult::group).toList();
        if (cells.size() != 4 || members.isEmpty()) {
            throw new AssertionError("not a row of examples: " + line);
        }
        String where = said.substring(0, said.indexOf(members.getFirst()))
                .replaceAll("[`:]", "")
                .strip();
        return members.stream()
                .map(member -> new Example(where, member.replace("`", ""), cells.subList(1, cells.size())));
    }
}
