package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random extras with numbers that few would write, everywhere in a request.
class ExtrasPropertyTest {

    private static final List<String> NUMBERS = List.of(
            "0", "-0", "-0.0", "1.10", "1e5", "1E+5", "0.70", "123456789012345678901234567890", "1e-400", "2.50E-07");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void arrive_digit_by_digit_in_their_order_and_each_name_once(long seed) throws IOException {
        var random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            Extras ofRequest = extras(random);
            Extras ofMessage = extras(random);
            Extras ofPart = extras(random);
            var message = new Message(
                    Role.USER, List.of(new Part.Text("a"), new Part.Text("b", ofPart)), List.of(), null, ofMessage);
            var call = WrittenRequest.call(Conversation.of(message), Sampling.DEFAULT, ofRequest);

            byte[] body = new RequestWriter(Dialect.OPENAI, new ModelId("m")).write(call, true);

            String text = new String(body, StandardCharsets.UTF_8);
            assertEquals(
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                            + "{\"type\":\"text\",\"text\":\"b\"" + members(ofPart) + "}]" + members(ofMessage) + "}]"
                            + members(ofRequest) + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                    text,
                    "seed " + seed);
            readStrictly(text);
        }
    }

    private static String members(Extras extras) {
        var text = new StringBuilder();
        extras.fields()
                .forEach((name, json) ->
                        text.append(",\"").append(name).append("\":").append(json));
        return text.toString();
    }

    private static Extras extras(Random random) {
        var fields = new LinkedHashMap<String, String>();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.put("x_" + random.nextInt(20), json(random, 3));
        }
        return new Extras(fields);
    }

    private static String json(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 5)) {
            case 0, 1 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
            case 2 -> "\"\\u00e4\\\"" + random.nextInt(9) + "\"";
            case 3 -> "[" + json(random, depth - 1) + ", " + json(random, depth - 1) + "]";
            default -> "{\"b\": " + json(random, depth - 1) + ",\"a\":" + json(random, depth - 1) + "}";
        };
    }

    /// Fails on a name that is twice in one object.
    private static void readStrictly(String text) throws IOException {
        try (JsonParser parser =
                new JsonFactory().createParser(text).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)) {
            JsonToken token = parser.nextToken();
            while (token != null) {
                token = parser.nextToken();
            }
        }
    }
}
