package io.keywheel.bootstrap.e2e;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A parsed page of `/metrics`.
///
/// @param types by family
record Scrape(String text, Map<String, String> types, List<Sample> samples) {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /// One sample line.
    record Sample(String name, Map<String, String> labels) {}

    static Scrape of(World world) {
        return of(world.get("/metrics").body());
    }

    static Scrape of(String text) {
        var types = new LinkedHashMap<String, String>();
        var samples = new ArrayList<Sample>();
        for (String line : text.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            } else if (sample.matches()) {
                samples.add(new Sample(sample.group(1), labelsIn(sample.group(2))));
            } else if (!line.startsWith("# HELP ")) {
                throw new AssertionError("neither a comment nor a sample: " + line);
            }
        }
        return new Scrape(text, types, samples);
    }

    @SuppressWarnings("NullAway") // A group that matched nothing.
    private static Map<String, String> labelsIn(String text) {
        return text == null
                ? Map.of()
                : LABEL.matcher(text).results().collect(toMap(label -> label.group(1), label -> label.group(2)));
    }

    /// The names of all samples, as queries have them.
    SortedSet<String> names() {
        var names = new TreeSet<String>();
        samples.forEach(sample -> names.add(sample.name()));
        return names;
    }

    /// The labels of all samples with this name.
    SortedSet<String> labels(String name) {
        var labels = new TreeSet<String>();
        samples.stream()
                .filter(sample -> sample.name().equals(name))
                .forEach(sample -> labels.addAll(sample.labels().keySet()));
        return labels;
    }

    /// Each family as a row of the documentation: its name, type and labels.
    SortedSet<String> families() {
        var families = new TreeSet<String>();
        types.forEach((name, type) -> families.add(name + " " + type + " " + labelsOf(name)));
        return families;
    }

    private String labelsOf(String family) {
        return samples.stream()
                .filter(sample -> sample.name().matches(family + "(_bucket|_sum|_count)?"))
                .flatMap(sample -> sample.labels().keySet().stream())
                .filter(label -> !label.equals("le"))
                .distinct()
                .sorted()
                .collect(joining(", "));
    }
}
