package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.header;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class AffinityTest {

    private static final String FIRST = "{'role': 'user', 'content': '%s'}";
    private static final String SECOND =
            FIRST + ", {'role': 'assistant', 'content': 'A'}, {'role': 'user', 'content': 'B'}";

    private static String messages(String more, String messages, String about) {
        return ("{" + more + "'messages': [" + messages.formatted(about) + "]}").replace('\'', '"');
    }

    @ParameterizedTest
    @CsvSource({"5m, groq/1 groq/2 groq/1 groq/1 groq/2", "off, groq/1 groq/2 groq/1 groq/2 groq/1"})
    void turns_of_a_conversation_go_to_the_key_that_answered_it(String affinity, String keys) {
        try (var world = new World(Map.of("KEYWHEEL_PROVIDERS", "groq", "KEYWHEEL_AFFINITY", affinity))) {
            List<HttpResponse<String>> answers = Stream.of(
                            world.chat(messages("", FIRST, "one")),
                            world.post("/v1/chat/completions", messages("'user': 'u', ", FIRST, "two")),
                            world.chat(messages("", SECOND, "one")),
                            world.post("/api/chat/stream", messages("", SECOND, "one")),
                            world.post("/v1/chat/completions", messages("'user': 'u', ", SECOND, "three")))
                    .toList();

            assertEquals(
                    List.of(keys.split(" ")),
                    answers.stream()
                            .map(answer -> header(answer, "X-Keywheel-Key"))
                            .toList());
        }
    }
}
