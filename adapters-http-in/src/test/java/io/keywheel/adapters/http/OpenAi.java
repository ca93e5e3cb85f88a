package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.Extras;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/// What OpenAI's clients send, and what they get.
public final class OpenAi {

    public static final String COMPLETIONS = "/v1/chat/completions";
    public static final String HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    static final String STREAM = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    static final String STREAM_WITH_USAGE =
            "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    private OpenAi() {}

    /// @param namesAndValues a name, its JSON, the next name, …
    static Extras extras(String... namesAndValues) {
        var fields = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Extras(fields);
    }

    /// The data of each event, without the end mark.
    static List<String> events(Response response) {
        return Stream.of(response.body().split("\n\n"))
                .map(event -> event.substring("data: ".length()))
                .filter(data -> !data.equals("[DONE]"))
                .toList();
    }

    static List<JsonNode> chunks(Response response) {
        return events(response).stream().map(TestServer::json).toList();
    }
}
