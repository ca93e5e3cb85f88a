package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Compares the WARN and ERROR lines in `docs/operations.md` with the code that logs them, and the quoted error
/// messages of the troubleshooting page with the code. Variable parts are ignored. No message depends on the locale.
class WarningsPageTest {

    private static final List<String> MODULES = List.of(
            "adapters-http-in",
            "adapters-llm-out",
            "adapters-metrics-out",
            "adapters-usage-out",
            "adapters-state-out",
            "adapters-trace-out",
            "bootstrap",
            "domain");

    /// Matches the joint of a concatenated string literal.
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

    private static final String REST_OF_STATEMENT = "(?:[^\";]|\"(?:[^\"\\\\]|\\\\.)*\")*;";
    private static final Pattern WARNING =
            Pattern.compile("(?:Level\\.(?:WARNING|ERROR)|messages\\.warning\\(|warnings\\.add\\(|new AdapterFault\\()"
                    + REST_OF_STATEMENT);
    private static final Pattern CIRCUMSTANCE = Pattern.compile("Optional\\.of\\(" + REST_OF_STATEMENT);
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /// Matches the first cell of a row, or an item of a list.
    private static final Pattern ROW = Pattern.compile("(?m)^[|-] ((?:WARN|ERROR|`).*?)(?: \\||$)");
    private static final Pattern BOLD = Pattern.compile("(?m)^\\*\\*(.*?)\\*\\*");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern VARIES = Pattern.compile("%[sd]|\\{\\d}|…");

    /// A number that is written in the digits of Java's locale, which a program that embeds Keywheel may set.
    private static final Pattern LOCALIZED = Pattern.compile("(\"[^\"\n]*%[-+,.0-9]*[deEfgG].*)");

    /// Shorter pieces are too common to compare; of longer pieces only the first [#ENOUGH] characters are compared.
    private static final int SHORTEST = 8;

    private static final int ENOUGH = 40;

    private static String page() {
        String page = Sources.page("operations.md");
        return page.substring(page.indexOf("## What each warning means"));
    }

    private static List<String> sources() {
        return MODULES.stream()
                .map(module -> Sources.ROOT.resolve(module).resolve("src/main/java"))
                .flatMap(folder -> Sources.files(folder, ".java").stream())
                .map(file -> JOINT.matcher(Sources.text(file)).replaceAll(""))
                .toList();
    }

    private static Stream<String> warnings(String source) {
        Stream<String> logged = Sources.matches(WARNING, source);
        return source.contains("Optional<String> warning(")
                ? Stream.concat(logged, Sources.matches(CIRCUMSTANCE, source))
                : logged;
    }

    /// The fixed parts of a message. Single words are left out, because they may be values.
    private static Stream<String> pieces(String message) {
        return VARIES.splitAsStream(message)
                .map(String::strip)
                .filter(piece -> piece.length() >= SHORTEST && piece.contains(" "));
    }

    private static void assertEach(Predicate<String> isThere, List<String> pieces) {
        assertEquals(List.of(), pieces.stream().filter(isThere.negate()).toList());
    }

    @Test
    void page_lists_every_warning_of_the_code() {
        String page = page();
        List<String> pieces = sources().stream()
                .flatMap(WarningsPageTest::warnings)
                .flatMap(statement -> Sources.matches(LITERAL, statement))
                .flatMap(WarningsPageTest::pieces)
                .toList();

        assertTrue(pieces.size() > 20, pieces::toString);
        assertEach(piece -> page.contains(piece.substring(0, Math.min(ENOUGH, piece.length()))), pieces);
    }

    @Test
    void every_listed_warning_exists_in_the_code() {
        String code = String.join("\n", sources());
        List<String> pieces = Sources.matches(ROW, page())
                .flatMap(cell -> Sources.matches(QUOTED, cell))
                .flatMap(WarningsPageTest::pieces)
                .toList();

        assertTrue(pieces.size() > 20, pieces::toString);
        assertEach(code::contains, pieces);
    }

    @Test
    void numbers_in_messages_have_ascii_digits_in_any_locale() {
        assertEquals(
                List.of(),
                sources().stream()
                        .flatMap(source -> Sources.matches(LOCALIZED, source))
                        .toList());
    }

    /// Checks only messages without values.
    @Test
    void error_messages_quoted_in_troubleshooting_exist_in_the_code() {
        String code = String.join("\n", sources());
        List<String> quoted = Sources.matches(BOLD, Sources.page("troubleshooting.md"))
                .flatMap(heading -> Sources.matches(QUOTED, heading))
                .flatMap(WarningsPageTest::pieces)
                .filter(quote -> Character.isLowerCase(quote.charAt(0)) && !quote.contains("'"))
                .toList();

        assertTrue(quoted.size() > 3, quoted::toString);
        assertEach(code::contains, quoted);
    }
}
