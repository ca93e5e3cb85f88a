package io.keywheel.bootstrap.specification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A class with tests, as it is written and laid out by Spotless.
///
/// @param parent the class it extends; empty where it extends none
/// @param comment the first paragraph above the class; may be empty
/// @param tests their names
record TestSource(Path file, String home, String name, String parent, String comment, List<String> tests) {

    private static final Pattern HOME = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:\\w+ )*(?:class|interface) (\\w+)(?: extends (\\w+))?");
    private static final Pattern MARK = Pattern.compile(" {4,8}@(Test|ParameterizedTest|TestFactory)\\b.*");
    private static final Pattern METHOD = Pattern.compile(" {4,8}[\\w<>?, ]+ (\\w+)\\(.*");

    TestSource {
        tests = List.copyOf(tests);
    }

    static TestSource read(Path file) {
        String text = text(file);
        var type = TYPE.matcher(text);
        boolean typed = type.find();
        return new TestSource(
                file,
                HOME.matcher(text)
                        .results()
                        .map(found -> found.group(1))
                        .findFirst()
                        .orElse(""),
                typed ? type.group(1) : "",
                typed && type.group(2) != null ? type.group(2) : "",
                typed ? comment(text.substring(0, type.start())) : "",
                tests(text));
    }

    /// The first paragraph of the comment that `before` has.
    static String comment(String before) {
        var paragraph = new ArrayList<String>();
        for (String line : before.lines().filter(line -> line.startsWith("///")).toList()) {
            if (line.equals("///")) {
                break;
            }
            paragraph.add(line.substring(3).strip());
        }
        return String.join(" ", paragraph);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> tests(String text) {
        var tests = new ArrayList<String>();
        boolean marked = false;
        for (String line : text.lines().toList()) {
            var method = METHOD.matcher(line);
            if (MARK.matcher(line).matches()) {
                marked = true;
            } else if (marked && method.matches()) {
                tests.add(method.group(1));
                marked = false;
            }
        }
        return tests;
    }
}
