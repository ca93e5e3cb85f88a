package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.simulator.Provider.GROQ;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Sources;
import io.keywheel.certificates.ServerCertificate;
import io.keywheel.simulator.Fault;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares `docs/metrics.md`, `docs/grafana-dashboard.json` and `docs/alerts.yaml` with a real `/metrics` page.
class MetricsPageTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|([^|]*)\\|");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)`");
    private static final Pattern QUESTION = Pattern.compile("(?m)^\\| [^|]+\\? \\| `(.+)` \\|$");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +expr: (.+)$");
    private static final Pattern SERIES = Pattern.compile("((?:keywheel|jvm)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");

    private static Scrape page = Scrape.of("");

    /// Causes every event that creates a metric family.
    @BeforeAll
    static void happen(@TempDir Path directory) throws IOException {
        try (var world = new World(
                // No store listens at this address.
                "KEYWHEEL_SHARED_STATE=redis://127.0.0.1:1",
                "KEYWHEEL_DATA=" + directory,
                "KEYWHEEL_TLS_CERT=" + ServerCertificate.ADDRESS.certificateIn(directory),
                "KEYWHEEL_TLS_KEY=" + ServerCertificate.ADDRESS.keyIn(directory))) {
            world.simulator.on(GROQ, GROQ_ONE).next(Fault.status(500));
            world.chat(World.HELLO);
            // JVM metrics start at the first scrape.
            Scrape.of(world);
            System.gc();
            Waiting.until(() -> Scrape.of(world).types().containsKey("jvm_gc_pause_seconds"));
            Waiting.until(() -> Scrape.of(world).types().containsKey("keywheel_requests_total"));
            page = Scrape.of(world);
        }
    }

    @AfterAll
    static void forget() {
        page = Scrape.of("");
    }

    @Test
    void table_lists_exactly_the_scraped_families_with_type_and_labels() {
        var documented = ROW.matcher(Sources.page("metrics.md")).results().map(MetricsPageTest::family);

        assertEquals(page.families(), Sources.sorted(documented));
    }

    private static String family(MatchResult row) {
        return row.group(1) + " " + row.group(2) + " "
                + String.join(", ", Sources.sorted(Sources.matches(NAMED, row.group(3))));
    }

    @Test
    void in_flight_gauge_counts_a_chat_until_it_ends() {
        try (var world = new World()) {
            world.simulator.on(GROQ, GROQ_ONE).next(Fault.named("hang:before-head"));
            var answer = world.sendAsync(world.request("/api/chat", World.HELLO));

            Waiting.until(() -> Scrape.of(world).text().contains("\nkeywheel_requests_in_flight 1"));
            answer.cancel(true);
            Waiting.until(() -> Scrape.of(world).text().contains("\nkeywheel_requests_in_flight 0"));
        }
    }

    static Stream<String> queries() {
        Stream<String> questions =
                Sources.matches(QUESTION, Sources.page("metrics.md")).map(query -> query.replace("\\|", "|"));
        Stream<String> panels =
                dashboard().findValuesAsText("expr").stream().map(query -> query.replace("$__rate_interval", "5m"));
        Stream<String> alerts = Sources.matches(ALERT, Sources.page("alerts.yaml"));
        return Stream.of(questions, panels, alerts).flatMap(queries -> queries);
    }

    private static JsonNode dashboard() {
        return World.json(Sources.page("grafana-dashboard.json"));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void each_query_uses_existing_series_and_labels(String query) {
        List<MatchResult> asked = SERIES.matcher(query).results().toList();

        assertTrue(!asked.isEmpty(), query);
        for (MatchResult series : asked) {
            assertTrue(page.names().contains(series.group(1)), series.group(1));
            Set<String> known = page.labels(series.group(1));
            if (series.group(2) != null) {
                Sources.matches(LABEL, series.group(2)).forEach(label -> assertTrue(known.contains(label), label));
            }
        }
    }

    @Test
    void each_dashboard_panel_has_targets_and_a_unique_position() {
        var places = new TreeSet<String>();
        for (JsonNode panel : dashboard().path("panels")) {
            JsonNode place = panel.path("gridPos");
            assertTrue(
                    places.add(place.path("y").asInt() + "/" + place.path("x").asInt()), panel::toString);
            assertTrue(place.path("x").asInt() + place.path("w").asInt() <= 24, panel::toString);
            assertEquals(!panel.path("type").asText().equals("row"), panel.has("targets"), panel::toString);
        }
        assertTrue(places.size() > 10, places::toString);
    }

    @Test
    void promtool_accepts_the_metrics_page() throws Exception {
        assertEquals("0: ", promtool(page.text(), "check", "metrics"));
    }

    @Test
    void promtool_accepts_each_query(@TempDir Path directory) throws Exception {
        var rules = new StringBuilder("groups: [{name: queries, rules: [");
        var queries = queries().toList();
        for (int i = 0; i < queries.size(); i++) {
            rules.append("{record: 'q:%d', expr: '%s'},\n"
                    .formatted(i, queries.get(i).replace("'", "''")));
        }
        Path file = Files.writeString(directory.resolve("rules.yml"), rules + "]}]\n");

        String said = promtool("", "check", "rules", file.toString());

        assertTrue(said.startsWith("0: ") && said.contains(queries.size() + " rules found"), said);
    }

    /// Returns promtool's exit status and output.
    static String promtool(String input, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = start(command);
        try (var to = process.outputWriter()) {
            to.write(input);
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + ": " + said;
    }

    private static Process start(List<String> command) throws IOException {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
        assumeTrue(there, "promtool is not installed; it is in Debian's package prometheus");
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /// A parsed page of `/metrics`.
    ///
    /// @param types by family
    private record Scrape(String text, Map<String, String> types, List<Sample> samples) {

        private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
        private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
        private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

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

        SortedSet<String> names() {
            return Sources.sorted(samples.stream().map(Sample::name));
        }

        SortedSet<String> labels(String name) {
            return Sources.sorted(samples.stream()
                    .filter(sample -> sample.name().equals(name))
                    .flatMap(sample -> sample.labels().keySet().stream()));
        }

        /// Each family as a row of the documentation: its name, type and labels.
        SortedSet<String> families() {
            return Sources.sorted(
                    types.keySet().stream().map(name -> name + " " + types.get(name) + " " + labelsOf(name)));
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
}
