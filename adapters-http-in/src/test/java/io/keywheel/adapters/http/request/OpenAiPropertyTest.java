package io.keywheel.adapters.http.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.InvalidRequestException;
import io.keywheel.adapters.http.json.JsonText;
import io.keywheel.adapters.http.openai.OpenAiRequest;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpenAiPropertyTest {

    private static final List<String> NAMES = words("""
            model messages role content type text image_url url tools tool_calls id function name arguments parameters
            tool_choice stream stream_options stop n temperature seed max_tokens tool_call_id x""");

    private static final List<String> VALUES = words("""
            null true false 1 0 -0 1.5 1e400 -1e-999 123456789012345678901234567890 "" "user" "assistant" "tool" "text"
            "function" "auto" "image_url" [] {} [null] [[]] [{}] {"":0} "\\ud800" {"type":"text","text":"a"}""");

    @Test
    void whatever_is_said_beyond_the_vocabulary_is_found_where_it_was_said() {
        for (int seed = 0; seed < 600; seed++) {
            var request = new Generated(new Random(seed)).request();

            var command = OpenAiRequest.read(object(request.json())).command();

            var expected = new ChatCommand(
                    request.value().getKey(), Sampling.DEFAULT, request.value().getValue(), ModelSelector.ANY, true);
            assertEquals(expected, command, request.json());
            // Maps are equal in any order; their texts are not.
            assertEquals(expected.toString(), command.toString(), request.json());
        }
    }

    @Test
    void any_object_is_read_or_refused_by_name() {
        int refused = 0;
        for (int seed = 0; seed < 5_000; seed++) {
            var random = new Random(seed);
            ObjectNode body = object(new Generated(random).request().json());
            for (int change = random.nextInt(3); change >= 0; change--) {
                change(body, random);
            }
            if (isRefused(body)) {
                refused++;
            }
        }

        assertTrue(refused > 1_000 && refused < 4_000, refused + " were refused");
    }

    private static boolean isRefused(ObjectNode body) {
        String before = body.toString();
        try {
            OpenAiRequest.read(body);
            assertEquals(before, body.toString());
            return false;
        } catch (InvalidRequestException e) {
            assertTrue(e.problem().startsWith(e.field() + " "), e.problem());
            return true;
        }
    }

    /// Puts something else in one place, wherever that is.
    private static void change(ObjectNode body, Random random) {
        var places = new ArrayList<JsonNode>();
        collect(body, places);
        JsonNode value = object("{\"a\":" + VALUES.get(random.nextInt(VALUES.size())) + "}")
                .get("a");
        switch (places.get(random.nextInt(places.size()))) {
            case ObjectNode object
            when random.nextBoolean() || object.isEmpty() -> object.set(NAMES.get(random.nextInt(NAMES.size())), value);
            case ObjectNode object -> {
                var names = object.properties().stream()
                        .map(field -> field.getKey())
                        .toList();
                String name = names.get(random.nextInt(names.size()));
                if (random.nextInt(3) == 0) {
                    object.remove(name);
                } else {
                    object.set(name, value);
                }
            }
            case ArrayNode array -> array.insert(random.nextInt(array.size() + 1), value);
            default -> throw new AssertionError("only objects and arrays were collected");
        }
    }

    private static void collect(JsonNode node, List<JsonNode> places) {
        if (node.isContainerNode()) {
            places.add(node);
            node.forEach(inner -> collect(inner, places));
        }
    }

    private static List<String> words(String text) {
        return List.of(text.split("\\s"));
    }

    private static ObjectNode object(String json) {
        return JsonText.object(json.getBytes(UTF_8));
    }
}
