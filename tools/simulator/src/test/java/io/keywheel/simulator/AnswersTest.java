package io.keywheel.simulator;

import static io.keywheel.simulator.Client.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The answers and errors of the providers, as text in `answers.txt`.
///
/// Each paragraph has a provider, a fault, if any, and the body of a request. The status and type of the
/// answer follow, and its body without blank lines. `{…` stands for the properties with which all answers begin.
final class AnswersTest {

    private static final Pattern BEGIN = Pattern.compile("\\{\"id\":\"chatcmpl-9e5651b0ef953636\","
            + "\"object\":\"chat\\.completion(?:\\.chunk)?\",\"created\":1795564800,\"model\":\"[^\"]+\",");

    @AutoClose
    private final Simulator simulator = Simulator.start(Scenario.withSeed(7)
            .key(Provider.GROQ, "key", "org_a")
            .key(Provider.CEREBRAS, "key", "org_c")
            .clock(() -> Instant.parse("2026-11-25T00:00:00Z")));

    @AutoClose
    private final Client client = new Client(simulator);

    static Stream<Arguments> paragraphs() throws IOException {
        try (var file = Objects.requireNonNull(AnswersTest.class.getResourceAsStream("answers.txt"))) {
            return Stream.of(new String(file.readAllBytes(), UTF_8).strip().split("\n\n", -1))
                    .map(paragraph -> paragraph.split("\n", 2))
                    .map(lines -> Arguments.of(lines[0], lines[1]));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paragraphs")
    void answer_is_that_of_its_paragraph(String asked, String answer) {
        var parts = asked.split(" (?=\\{)", 2);
        var names = parts[0].split(" ", 2);
        var provider = Provider.valueOf(names[0]);
        if (names.length == 2) {
            simulator.on(provider).next(Fault.named(names[1]));
        }

        var reply = client.chat(provider, "key", parts[1]);
        var body = BEGIN.matcher(reply.body()).replaceAll("{…").replaceAll("\n+", "\n");
        assertEquals(answer, (reply.statusCode() + " " + header(reply, "content-type") + "\n" + body).strip());
    }
}
